// A table's definition as requests and as code. Pure.

/** @typedef {any} Description as DescribeTable has it */

/**
 * The CreateTable request that makes a table alike.
 * @param {Description} table
 * @param {string} [name]
 */
export function createTableOf(table, name = table.TableName) {
  const isOnDemand = table.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST";
  const throughput = (given) => (isOnDemand ? {} : { ProvisionedThroughput: { ReadCapacityUnits: given.ReadCapacityUnits, WriteCapacityUnits: given.WriteCapacityUnits } });
  const maxima = (owner) => (owner.OnDemandThroughput ? { OnDemandThroughput: owner.OnDemandThroughput } : {});
  const index = (each) => ({ IndexName: each.IndexName, KeySchema: each.KeySchema, Projection: each.Projection });
  const globals = table.GlobalSecondaryIndexes ?? [];
  const locals = table.LocalSecondaryIndexes ?? [];
  return {
    TableName: name,
    AttributeDefinitions: table.AttributeDefinitions,
    KeySchema: table.KeySchema,
    BillingMode: isOnDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
    ...throughput(table.ProvisionedThroughput),
    ...maxima(table),
    ...(globals.length ? { GlobalSecondaryIndexes: globals.map((each) => ({ ...index(each), ...throughput(each.ProvisionedThroughput), ...maxima(each) })) } : {}),
    ...(locals.length ? { LocalSecondaryIndexes: locals.map(index) } : {}),
    ...(table.StreamSpecification?.StreamEnabled ? { StreamSpecification: table.StreamSpecification } : {}),
    ...(table.TableClassSummary ? { TableClass: table.TableClassSummary.TableClass } : {}),
    ...(table.DeletionProtectionEnabled ? { DeletionProtectionEnabled: true } : {}),
  };
}

/**
 * A CloudFormation template, as JSON.
 * @param {Description} table
 * @param {string | null} timeToLive the attribute
 * @param {{ Key: string, Value: string }[]} tags
 */
export function cloudFormationOf(table, timeToLive, tags) {
  const { StreamSpecification, ...request } = /** @type {any} */ (createTableOf(table));
  const logical = table.TableName.replace(/[^A-Za-z0-9]/g, "") || "Table";
  const properties = {
    ...request,
    // CloudFormation has no StreamEnabled: the specification itself says so.
    ...(StreamSpecification ? { StreamSpecification: { StreamViewType: StreamSpecification.StreamViewType } } : {}),
    ...(timeToLive ? { TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true } } : {}),
    ...(tags.length ? { Tags: tags } : {}),
  };
  return `${JSON.stringify({ AWSTemplateFormatVersion: "2010-09-09", Resources: { [logical]: { Type: "AWS::DynamoDB::Table", Properties: properties } } }, null, 2)}\n`;
}

/**
 * @typedef {{ name: string, kind: "global" | "local", partition: string, partitionKind: string, sort: string, sortKind: string, projection: string, attributes: string }} IndexForm
 * @typedef {{ name: string, partition: string, partitionKind: string, sort: string, sortKind: string, isOnDemand: boolean, read: number, write: number, view: string, indexes: IndexForm[] }} TableForm
 */

/** @param {string} partition @param {string} sort */
export const keySchema = (partition, sort) => [{ AttributeName: partition, KeyType: "HASH" }, ...(sort ? [{ AttributeName: sort, KeyType: "RANGE" }] : [])];

/** @param {IndexForm} form @param {{ isOnDemand: boolean, read: number, write: number }} capacity */
export function indexOf(form, { isOnDemand, read, write }) {
  const names = form.attributes.split(",").map((each) => each.trim()).filter(Boolean);
  return {
    IndexName: form.name,
    KeySchema: keySchema(form.partition, form.sort),
    Projection: { ProjectionType: form.projection, ...(form.projection === "INCLUDE" ? { NonKeyAttributes: names } : {}) },
    ...(form.kind === "global" && !isOnDemand ? { ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write } } : {}),
  };
}

/** The request that a form asks for; an attribute is defined once. @param {TableForm} form */
export function createTableFor(form) {
  /** @type {Map<string, string>} */
  const kinds = new Map();
  for (const each of [form, ...form.indexes]) {
    kinds.set(each.partition, kinds.get(each.partition) ?? each.partitionKind);
    if (each.sort) kinds.set(each.sort, kinds.get(each.sort) ?? each.sortKind);
  }
  const globals = form.indexes.filter((each) => each.kind === "global").map((each) => indexOf(each, form));
  const locals = form.indexes.filter((each) => each.kind === "local").map((each) => indexOf({ ...each, partition: form.partition }, form));
  return {
    TableName: form.name,
    AttributeDefinitions: [...kinds].filter(([name]) => name).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keySchema(form.partition, form.sort),
    BillingMode: form.isOnDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
    ...(form.isOnDemand ? {} : { ProvisionedThroughput: { ReadCapacityUnits: form.read, WriteCapacityUnits: form.write } }),
    ...(globals.length ? { GlobalSecondaryIndexes: globals } : {}),
    ...(locals.length ? { LocalSecondaryIndexes: locals } : {}),
    ...(form.view ? { StreamSpecification: { StreamEnabled: true, StreamViewType: form.view } } : {}),
  };
}
