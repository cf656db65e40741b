const assert = require("assert");
const { Table } = require("dynamodb-onetable");

const schema = {
  format: "onetable:1.1.0",
  version: "0.0.1",
  indexes: { primary: { hash: "pk", sort: "sk" }, gs1: { hash: "gs1pk", sort: "gs1sk", follow: true } },
  models: {
    User: {
      pk: { type: String, value: "user#${id}" },
      sk: { type: String, value: "user#" },
      gs1pk: { type: String, value: "user#" },
      gs1sk: { type: String, value: "user#${email}" },
      id: { type: String, required: true },
      email: { type: String, required: true, unique: true },
      visits: { type: Number, default: 0 },
    },
  },
  params: { isoDates: true, timestamps: true },
};

async function main() {
  const table = new Table({ name: "OneTable", client: require("./client"), schema, partial: true });
  await table.createTable();
  assert(await table.exists());
  const User = table.getModel("User");
  await User.create({ id: "1", email: "a@example.com" });
  await User.update({ id: "1" }, { add: { visits: 2 } });
  const [found] = await User.find({ email: "a@example.com" }, { index: "gs1", follow: true });
  assert.strictEqual(found.visits, 2);
  await assert.rejects(User.create({ id: "2", email: "a@example.com" }), /unique/i);
  await table.deleteTable("DeleteTableForever");
}

main();
