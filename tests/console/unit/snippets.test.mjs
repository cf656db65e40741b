// Calls and definitions as code.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { cloudFormationOf, createTableFor, createTableOf } from "../../../emulator/thermodynamo/admin/console/definitions.js";
import { boto3Text, cliText, dashed, javascriptText } from "../../../emulator/thermodynamo/admin/console/snippets.js";

const CALL = {
  operation: "PutItem",
  request: { TableName: "t", Item: { pk: { S: "it's 'quoted' $HOME \\ ü" }, blob: { B: "AAE=" }, set: { NS: ["1"] }, B: { S: "a name" }, yes: { BOOL: true } } },
  endpoint: "http://127.0.0.1:8000",
  region: "us-east-1",
  account: "000000000000",
};

test("an operation has the CLI's name", () => {
  assert.equal(dashed("BatchGetItem"), "batch-get-item");
  assert.equal(dashed("ListTagsOfResource"), "list-tags-of-resource");
  assert.equal(dashed("DescribeTimeToLive"), "describe-time-to-live");
});

test("a shell reads the request as it is", () => {
  const text = cliText(CALL).replace(/^AWS_ACCESS_KEY_ID=.*?--cli-input-json /s, "printf %s ");
  assert.deepEqual(JSON.parse(execFileSync("sh", ["-c", text], { encoding: "utf8" })), CALL.request);
});

test("Python reads the request as it is, with bytes for binaries", () => {
  const program = `
class Client:
    def put_item(self, **request): self.request = request
import json, base64
client = Client()
${boto3Text(CALL).slice(boto3Text(CALL).indexOf("reply ="))}
print(json.dumps(client.request, default=lambda value: "bytes " + base64.b64encode(value).decode()))`;
  const found = JSON.parse(execFileSync(process.env.PYTHON ?? "python3", ["-c", program], { encoding: "utf8" }));
  assert.deepEqual(found, { ...CALL.request, Item: { ...CALL.request.Item, blob: { B: "bytes AAE=" } } });
});

test("JavaScript reads the request as it is", () => {
  const text = javascriptText(CALL);
  const found = new Function(`return ${text.slice(text.indexOf("Command(") + 8, text.lastIndexOf("));"))}`)();
  assert.deepEqual(found.Item.blob.B, Buffer.from([0, 1]));
  assert.deepEqual(found.Item.pk, CALL.request.Item.pk);
});

const DESCRIPTION = {
  TableName: "my-table",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "g", AttributeType: "N" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
  ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
  GlobalSecondaryIndexes: [{ IndexName: "i", KeySchema: [{ AttributeName: "g", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" }, ProvisionedThroughput: {}, IndexStatus: "ACTIVE" }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
  TableArn: "arn",
};

test("a definition has what CreateTable takes, and nothing else", () => {
  const request = createTableOf(DESCRIPTION, "copy");
  assert.equal(request.TableName, "copy");
  assert.deepEqual(Object.keys(request.GlobalSecondaryIndexes[0]), ["IndexName", "KeySchema", "Projection"]);
  assert.ok(!("TableArn" in request) && !("ProvisionedThroughput" in request));
});

test("CloudFormation has its own words for streams and time to live", () => {
  const { Resources } = JSON.parse(cloudFormationOf(DESCRIPTION, "expires", []));
  const { Properties, Type } = Resources.mytable;
  assert.equal(Type, "AWS::DynamoDB::Table");
  assert.deepEqual(Properties.StreamSpecification, { StreamViewType: "KEYS_ONLY" });
  assert.deepEqual(Properties.TimeToLiveSpecification, { AttributeName: "expires", Enabled: true });
});

test("a form becomes a request in which each attribute is defined once", () => {
  const index = { name: "i", kind: "local", partition: "", partitionKind: "S", sort: "other", sortKind: "N", projection: "INCLUDE", attributes: "a, b" };
  const request = createTableFor({ name: "t", partition: "pk", partitionKind: "S", sort: "sk", sortKind: "N", isOnDemand: false, read: 5, write: 6, view: "", indexes: [index] });
  assert.deepEqual(request.AttributeDefinitions.map((each) => each.AttributeName), ["pk", "sk", "other"]);
  assert.deepEqual(request.LocalSecondaryIndexes[0].KeySchema[0], { AttributeName: "pk", KeyType: "HASH" });
  assert.deepEqual(request.LocalSecondaryIndexes[0].Projection.NonKeyAttributes, ["a", "b"]);
  assert.deepEqual(request.ProvisionedThroughput, { ReadCapacityUnits: 5, WriteCapacityUnits: 6 });
});
