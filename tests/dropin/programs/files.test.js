const { DynamoDBDocument } = require("@aws-sdk/lib-dynamodb");
const items = DynamoDBDocument.from(require("./client"));

it("finds what it has put", async () => {
  await items.put({ TableName: "files", Item: { id: "1", hello: "world" } });
  const { Item } = await items.get({ TableName: "files", Key: { id: "1" } });
  expect(Item).toEqual({ id: "1", hello: "world" });
});
