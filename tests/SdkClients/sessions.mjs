// Sends one turn of each session and prints, as one line of JSON, what they were answered:
// node sessions.mjs BASE_URL TURN SESSION...
import Anthropic from "@anthropic-ai/sdk";

const [baseURL, turn, ...sessions] = process.argv.slice(2);

const messages = [];
for (let past = 1; past < Number(turn); past++) {
  messages.push({ role: "user", content: `Question ${past}` }, { role: "assistant", content: `Answer ${past}` });
}
messages.push({ role: "user", content: `Question ${turn}` });

const answers = await Promise.all(sessions.map(async (session) => {
  const client = new Anthropic({ baseURL, apiKey: "any", defaultHeaders: { "x-claude-code-session-id": session } });
  const message = await client.messages.create({ model: "claude-sonnet-5-5", max_tokens: 1000, messages });
  return message.content.map((block) => block.text).join("");
}));
console.log(JSON.stringify(answers));
