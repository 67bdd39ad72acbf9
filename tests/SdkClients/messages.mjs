// Asks for a message and prints, as one line of JSON, what the SDK made of the answer:
// node messages.mjs BASE_URL TOKEN whole|stream PROMPT
import Anthropic from "@anthropic-ai/sdk";

const [baseURL, apiKey, form, prompt] = process.argv.slice(2);
const seen = { requests: 0, events: 0, text: "" };

const client = new Anthropic({
  baseURL,
  apiKey,
  fetch: (...call) => {
    seen.requests++;
    return fetch(...call);
  },
});
const question = {
  model: "claude-sonnet-5-5",
  max_tokens: 1000,
  messages: [{ role: "user", content: prompt }],
};

try {
  const message = form === "stream" ? await streamed() : await client.messages.create(question);
  seen.text = message.content.map((block) => block.text).join("");
  seen.stopReason = message.stop_reason;
  seen.inputTokens = message.usage.input_tokens;
  seen.outputTokens = message.usage.output_tokens;
} catch (error) {
  seen.error = error.constructor.name;
  seen.status = error.status;
  seen.errorType = error.type ?? error.error?.error?.type;
  seen.message = error.message;
}

console.log(JSON.stringify(seen));

async function streamed() {
  const stream = client.messages.stream(question);
  stream.on("streamEvent", () => seen.events++);
  stream.on("text", (text) => (seen.text += text));
  return await stream.finalMessage();
}
