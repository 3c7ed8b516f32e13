// A sign with the claims about it, typed by openapi.yaml. Run: node build/sign.js [address of the API] [sign]
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const [baseUrl = "http://127.0.0.1:8000", slug = "headache"] = process.argv.slice(2);
const api = createClient<paths, "application/json">({ baseUrl });

const { data: sign, error } = await api.GET("/v1/signs/{slug}", { params: { path: { slug } } });
if (!sign) throw new Error(JSON.stringify(error));
console.log(sign.data.name);

const { data: claims } = await api.GET("/v1/claims", { params: { query: { sign: [slug], limit: 3 } } });
for (const claim of claims?.data ?? []) {
  const { supports = 0, refutes = 0 } = claim.balance ?? {};
  console.log(`- ${claim.text} (certainty ${claim.certainty}; ${supports} for, ${refutes} against)`);
}
