// What the official JavaScript library makes of a site: node sdk.mjs ADDRESS KEY POOR_KEY PICTURE MASK, answers as JSON.
import { createReadStream } from "node:fs"
import OpenAI, { toFile } from "openai"

const [address, key, poorKey, picture, mask] = process.argv.slice(2)
const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: key, maxRetries: 0 })
const with_ = (apiKey) => new OpenAI({ baseURL: `${address}/v1`, apiKey })

async function refused(call) {
  try {
    await call
  } catch (error) {
    return { class: error.constructor.name, status: error.status, code: error.code, param: error.param }
  }
  return { class: "none" }
}

async function streamed(call) {
  const events = []
  for await (const event of await call) events.push({ type: event.type, bytes: event.b64_json.length })
  return events
}

const models = []
for await (const model of client.models.list()) models.push(model.id)

console.log(
  JSON.stringify({
    models,
    model: await client.models.retrieve("gpt-image-1"),
    url: await client.images.generate({ prompt: "a lighthouse", n: 2, size: "512x512", style: "natural", quality: "hd" }),
    b64: await client.images.generate({
      prompt: "a lighthouse", model: "gpt-image-1", size: "1536x1024", output_format: "webp", output_compression: 50,
    }),
    edit: await client.images.edit({
      image: createReadStream(picture), mask: await toFile(createReadStream(mask), "mask.png", { type: "image/png" }),
      prompt: "a red balloon", response_format: "b64_json",
    }),
    listed: await client.images.edit({ image: [createReadStream(picture)], prompt: "at night", size: "256x256" }),
    variation: await client.images.createVariation({ image: createReadStream(picture), n: 2, size: "256x256" }),
    painted: await streamed(client.images.generate({ prompt: "a lighthouse", stream: true, partial_images: 1 })),
    edited: await streamed(client.images.edit({ image: createReadStream(picture), prompt: "at night", stream: true })),
    wrong: await refused(client.images.generate({ prompt: "a lighthouse", size: "333x333" })),
    unknown: await refused(client.images.generate({ prompt: "a lighthouse", sampler: "euler" })),
    nobody: await refused(with_("sk-1234").models.list()),
    nowhere: await refused(client.models.retrieve("gpt-5")),
    poor: await refused(with_(poorKey).images.generate({ prompt: "a lighthouse", n: 10 })),
    broken: await refused(client.images.edit({ image: await toFile(Buffer.from("words"), "a.png"), prompt: "at night" })),
  }),
)
