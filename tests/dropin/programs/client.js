const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
module.exports = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${process.env.LOCAL_PORT}`,
  region: "local-env",
  credentials: { accessKeyId: "fakeMyKeyId", secretAccessKey: "fakeSecretAccessKey" },
});
