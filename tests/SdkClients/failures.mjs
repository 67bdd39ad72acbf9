// Sends one request for each row of the failure table, all at once, and prints what the SDK gave its caller, as one line of JSON:
// node failures.mjs '[{"baseURL":"http://…","model":"row-1","form":"whole"|"stream"|"count"}, …]'
import Anthropic from "@anthropic-ai/sdk";

const rows = JSON.parse(process.argv[2]);

// The table says what one request sees: no retries of the SDK's own.
const ask = async ({ baseURL, model, form }) => {
  const client = new Anthropic({ baseURL, apiKey: "any", maxRetries: 0 });
  const question = { model, messages: [{ role: "user", content: "Hi" }] };
  try {
    if (form === "count") {
      return { text: `${(await client.messages.countTokens(question)).input_tokens}` };
    }

    const message = await (form === "stream"
      ? client.messages.stream({ ...question, max_tokens: 1000 }).finalMessage()
      : client.messages.create({ ...question, max_tokens: 1000 }));
    return { text: message.content.map((block) => block.text).join(""), stopReason: message.stop_reason };
  } catch (error) {
    return { error: error.constructor.name, status: error.status ?? null, message: error.message };
  }
};

console.log(JSON.stringify(await Promise.all(rows.map(ask))));
