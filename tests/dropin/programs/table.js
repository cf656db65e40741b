const { CreateTableCommand } = require("@aws-sdk/client-dynamodb");
require("./client").send(new CreateTableCommand(require("./table-definition")));
