// A day of a merchant's system, by a client that is generated from the document: what it sends and reads is typed by
// that alone, without a cast.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Customer = components["schemas"]["CustomerAnswer"];

function setting(name: string): string {
  const value = process.env[name];
  assert(value, `${name} is set`);
  return value;
}

const key = setting("CLIENT_KEY");
const api = createClient<paths>({ baseUrl: setting("CLIENT_URL"), headers: { Authorization: `Bearer ${key}` } });

/** What a call answered, which is to have that status. */
function expected<Data>(status: number, call: { data?: Data; error?: unknown; response: Response }): Data {
  assert.equal(call.response.status, status, JSON.stringify(call.error));
  assert(call.data !== undefined);
  return call.data;
}

/** Why a call was refused, with that status. */
function refused<Refusal>(status: number, call: { data?: unknown; error?: Refusal; response: Response }): Refusal {
  assert.equal(call.response.status, status, JSON.stringify(call.data));
  assert(call.error !== undefined);
  return call.error;
}

async function become(): Promise<Customer> {
  const body = { name: "Amara Okafor", email: "amara@okafor.example", metadata: { tier: "gold" } };
  const made = expected(201, await api.POST("/v1/customers", { body }));
  assert.equal(made.metadata["tier"], "gold");
  const again = refused(409, await api.POST("/v1/customers", { body: { ...body, metadata: null } }));
  assert.equal(again.error.code, "possible_duplicate");
  assert.deepEqual(again.error.candidates?.map((one) => one.id), [made.id]);
  return made;
}

async function search(customer: Customer): Promise<void> {
  const found = expected(200, await api.GET("/v1/customers", {
    params: { query: { q: "okafor metadata.tier:gold", sort: "-created", limit: 1 } },
  }));
  assert.deepEqual([found.data.map((one) => one.name), found.has_more], [[customer.name], false]);
  const wrong = refused(400, await api.GET("/v1/customers", { params: { query: { q: "country:nowhere" } } }));
  assert.equal(wrong.error.code, "query_not_understood");
}

/** Adds a card, charges it twice with one key, and is declined with another. */
async function pay(customer: Customer): Promise<string> {
  const path = { id: customer.id };
  const card = expected(201, await api.POST("/v1/customers/{id}/wallet", { params: { path }, body: { token: "tok_visa" } }));
  assert.deepEqual([card.network, card.default, card.customer], ["visa", true, customer.id]);

  const charge = {
    params: { header: { "Idempotency-Key": "order 17" } },
    body: { amount: 2500, currency: "usd", customer: customer.id },
  };
  const paid = expected(201, await api.POST("/v1/payments", charge));
  const again = await api.POST("/v1/payments", charge);
  assert.deepEqual(expected(201, again), paid);
  assert.equal(again.response.headers.get("Idempotent-Replayed"), "true");
  assert.deepEqual([paid.status, paid.payment_method], ["succeeded", card.id]);

  const body = { amount: 900, currency: "usd", customer: customer.id, token: "tok_insufficient_funds" };
  const declined = refused(402, await api.POST("/v1/payments", { body }));
  const { payment } = declined.error;
  assert(payment);
  assert.deepEqual([declined.error.code, payment.status, payment.amount], ["insufficient_funds", "failed", 900]);
  assert.equal(payment.failure?.code, "insufficient_funds");

  const listed = expected(200, await api.GET("/v1/payments", { params: { query: { customer: customer.id } } }));
  assert.deepEqual(listed.data.map((one) => one.id), [payment.id, paid.id]);
  return paid.id;
}

async function giveBack(payment: string): Promise<void> {
  const params = { path: { id: payment } };
  const refund = expected(201, await api.POST("/v1/payments/{id}/refunds", { params, body: { amount: 500 } }));
  assert.deepEqual([refund.amount, refund.payment, refund.status], [500, payment, "succeeded"]);
  const tooMuch = refused(409, await api.POST("/v1/payments/{id}/refunds", { params, body: { amount: 2001 } }));
  assert.deepEqual([tooMuch.error.code, tooMuch.error.remaining], ["refund_too_large", 2000]);
  const left = expected(200, await api.GET("/v1/payments/{id}", { params }));
  assert.deepEqual([left.status, left.amount_refundable], ["partially_refunded", 2000]);
}

async function change(customer: Customer): Promise<void> {
  const read = await api.GET("/v1/customers/{id}", { params: { path: { id: customer.id } } });
  const version = read.response.headers.get("ETag");
  assert(version);
  const params = { path: { id: customer.id }, header: { "If-Match": version } };
  const changed = expected(200, await api.PATCH("/v1/customers/{id}", { params, body: { phone: "+254712345678" } }));
  assert.equal(changed.version, expected(200, read).version + 1);
  const stale = refused(412, await api.PATCH("/v1/customers/{id}", { params, body: { phone: null } }));
  assert.deepEqual([stale.error.code, stale.error.current_version], ["version_mismatch", changed.version]);
  const [field] = refused(400, await api.PATCH("/v1/customers/{id}", {
    params: { path: { id: customer.id } },
    body: { email: "nobody" },
  })).error.fields ?? [];
  assert.equal(field?.param, "email");
}

async function leaveAndReturn(customer: Customer): Promise<void> {
  const path = { id: customer.id };
  const planned = expected(200, await api.DELETE("/v1/customers/{id}", { params: { path, query: { dry_run: true } } }));
  assert(planned.plan);
  assert.deepEqual([planned.dry_run, planned.plan.payment_methods], [true, 1]);
  const query = { plan: planned.plan.id };
  const gone = expected(200, await api.DELETE("/v1/customers/{id}", { params: { path, query } }));
  assert.equal(gone.deleted, true);
  const restored = expected(200, await api.POST("/v1/customers/{id}/restoration", { params: { path } }));
  assert.deepEqual([restored.id, restored.deleted], [customer.id, false]);
}

const customer = await become();
await search(customer);
await giveBack(await pay(customer));
await change(customer);
await leaveAndReturn(customer);
