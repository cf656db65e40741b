// A call as one would write it: for the AWS CLI, boto3 and the SDK for JavaScript. Pure.

/** @typedef {{ operation: string, request: any, endpoint: string, region: string, account: string }} Call */

const STREAMS = new Set(["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"]);

/** @param {string} text such as GetItem */
export const dashed = (text) => text.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "-").toLowerCase();

/** @param {string} text */
const shellQuoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** @param {Call} call */
export function cliText({ operation, request, endpoint, region, account }) {
  const service = STREAMS.has(operation) ? "dynamodbstreams" : "dynamodb";
  return `AWS_ACCESS_KEY_ID=${account} AWS_SECRET_ACCESS_KEY=local aws ${service} ${dashed(operation)} \\
    --endpoint-url ${endpoint} --region ${region} \\
    --cli-input-json ${shellQuoted(JSON.stringify(request))}`;
}

/** @param {Call} call */
export function boto3Text({ operation, request, endpoint, region, account }) {
  const service = STREAMS.has(operation) ? "dynamodbstreams" : "dynamodb";
  const members = Object.entries(request).map(([name, value]) => `    ${name}=${pythonText(value, "    ")},\n`);
  const call = members.length ? `(\n${members.join("")})` : "()";
  const imports = JSON.stringify(request).includes('"B') ? "import base64\n\nimport boto3" : "import boto3";
  return `${imports}

client = boto3.client(
    "${service}",
    endpoint_url="${endpoint}",
    region_name="${region}",
    aws_access_key_id="${account}",
    aws_secret_access_key="local",
)
reply = client.${dashed(operation).replaceAll("-", "_")}${call}
`;
}

/** @param {any} value @param {string} margin @param {boolean} [isBinary] @returns {string} */
function pythonText(value, margin, isBinary = false) {
  if (typeof value === "string") return isBinary ? `base64.b64decode(${JSON.stringify(value)})` : pythonString(value);
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return String(value);
  const inner = `${margin}    `;
  const parts = Array.isArray(value)
    ? value.map((each) => pythonText(each, inner, isBinary))
    : Object.entries(value).map(([name, each]) => `${pythonString(name)}: ${pythonText(each, inner, isBinaryMember(value, name))}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const flat = `${open}${parts.join(", ")}${close}`;
  return flat.length < 80 && !flat.includes("\n") ? flat : `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${margin}${close}`;
}

/** A JSON text is a Python text, but for surrogates that JSON writes as they are. @param {string} text */
const pythonString = (text) => JSON.stringify(text).replace(/[\u007f-\u00a0\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** @param {any} value @param {string} name */
function isBinaryMember(value, name) {
  return Object.keys(value).length === 1 && (name === "B" ? typeof value.B === "string" : name === "BS" && Array.isArray(value.BS));
}

/** @param {Call} call */
export function javascriptText({ operation, request, endpoint, region, account }) {
  const [name, client] = STREAMS.has(operation) ? ["client-dynamodb-streams", "DynamoDBStreamsClient"] : ["client-dynamodb", "DynamoDBClient"];
  return `import { ${client}, ${operation}Command } from "@aws-sdk/${name}";

const client = new ${client}({
  endpoint: "${endpoint}",
  region: "${region}",
  credentials: { accessKeyId: "${account}", secretAccessKey: "local" },
});
const reply = await client.send(new ${operation}Command(${scriptText(request, "")}));
`;
}

/** @param {any} value @param {string} margin @param {boolean} [isBinary] @returns {string} */
function scriptText(value, margin, isBinary = false) {
  if (typeof value === "string") return isBinary ? `Buffer.from(${JSON.stringify(value)}, "base64")` : JSON.stringify(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${margin}  `;
  const parts = Array.isArray(value)
    ? value.map((each) => scriptText(each, inner, isBinary))
    : Object.entries(value).map(([name, each]) => `${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}: ${scriptText(each, inner, isBinaryMember(value, name))}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const flat = Array.isArray(value) ? `[${parts.join(", ")}]` : parts.length ? `{ ${parts.join(", ")} }` : "{}";
  return flat.length < 80 && !flat.includes("\n") ? flat : `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${margin}${close}`;
}
