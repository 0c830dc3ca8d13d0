// The official JavaScript client against the gateway at ATLAS_URL with ATLAS_KEY: prints one JSON object, a member a case.
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const client = new OpenAI({ baseURL: process.env.ATLAS_URL, apiKey: process.env.ATLAS_KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "hello there" }];
const metadata = { operation_id: "summarize_ticket" };
const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

const cases = {
  async plain() {
    return await client.chat.completions.create({ model: "stub/plain", messages, metadata });
  },
  // The seed's one-string migration, as it stands there.
  async atlas_1() {
    const res = await client.chat.completions.create({
      model: "atlas-1",
      messages,
      metadata: { operation_id: "summarize_ticket" },
    });
    return res.delivery;
  },
  async realtime_strict() {
    return await client.chat.completions.create({
      model: "atlas-1",
      tier: "realtime",
      tier_strict: true,
      messages,
      metadata: { operation_id: "live_chat" },
    });
  },
  async batch() {
    const res = await client.chat.completions.create({
      model: "atlas-1",
      tier: "batch",
      messages,
      metadata: { operation_id: "weekly_digest" },
    });
    let found = res;
    while (found.choices.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      found = await client.chat.completions.retrieve(res.id);
    }
    return { first: res, found };
  },
  async stream() {
    const chunks = [];
    const stream = await client.chat.completions.create({ model: "stub/plain", messages, metadata, stream: true });
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  },
  async stream_usage() {
    const chunks = [];
    const stream = await client.chat.completions.create({
      model: "stub/plain",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  },
  // The client's own accumulator, which is strict about what a chunk may hold.
  async accumulated() {
    const stream = client.chat.completions.stream({ model: "stub/plain", messages, metadata });
    const completion = await stream.finalChatCompletion();
    return completion;
  },
  async tools() {
    return await client.chat.completions.create({ model: "stub/tools", messages, tools: [weather] });
  },
  async streamed_tools() {
    const stream = client.chat.completions.stream({ model: "stub/tools", messages, tools: [weather] });
    return await stream.finalChatCompletion();
  },
  async structured() {
    const City = z.object({ city: z.string(), people: z.number() });
    const completion = await client.chat.completions.parse({
      model: "stub/city",
      messages,
      response_format: zodResponseFormat(City, "city"),
    });
    return completion.choices[0].message.parsed;
  },
  async parts() {
    const content = [
      { type: "text", text: "what is this?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
    ];
    return await client.chat.completions.create({ model: "stub/plain", messages: [{ role: "user", content }] });
  },
  async abort() {
    const stream = await client.chat.completions.create({ model: "stub/slow", messages, metadata, stream: true });
    const said = [];
    for await (const chunk of stream) {
      said.push(chunk.choices[0]?.delta?.content ?? "");
      if (said.join("").length > 0) stream.controller.abort();
    }
    return said.join("");
  },
  async embeddings() {
    return await client.embeddings.create({ model: "stub/embed", input: ["one", "two"], encoding_format: "float" });
  },
  async models() {
    const found = [];
    for await (const model of client.models.list()) found.push(model.id);
    return found;
  },
  async unknown_model() {
    return await refused(() => client.chat.completions.create({ model: "stub/nowhere", messages }));
  },
  async broken_upstream() {
    return await refused(() => client.chat.completions.create({ model: "stub/broken", messages }));
  },
  async wrong_key() {
    const other = new OpenAI({ baseURL: process.env.ATLAS_URL, apiKey: "nm_live_aaaaaa_" + "b".repeat(32), maxRetries: 0 });
    return await refused(() => other.chat.completions.create({ model: "stub/plain", messages }));
  },
};

async function refused(act) {
  try {
    await act();
    return "not refused";
  } catch (error) {
    return { kind: error.constructor.name, status: error.status, code: error.code, type: error.type };
  }
}

const found = {};
for (const [name, run] of Object.entries(cases)) {
  try {
    found[name] = await run();
  } catch (error) {
    found[name] = { failed: `${error.constructor.name}: ${error.message}` };
  }
}
process.stdout.write(JSON.stringify(found));
