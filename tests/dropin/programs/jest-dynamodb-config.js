const table = require("./table-definition");
module.exports = {
  tables: [table],
  port: Number(process.env.LOCAL_PORT),
  installerConfig: { installPath: process.env.LOCAL_FOLDER },
  options: ["-sharedDb"],
};
