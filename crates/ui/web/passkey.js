// `data-passkey="make"` or `"use"`, inside a form: its button asks `data-question`, by POST, what the key is to do, puts
// the key's answer into the field beside it, and sends the form. Where the browser has no passkeys it stays hidden, and
// what is marked `data-passkey-none` says so.
import { bind } from "./page.js";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (credentials) => credentials.map((one) => ({ ...one, id: toBytes(one.id) }));

const asked = async (path, form) => {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  const answer = await fetch(path, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok || !answer.headers.get("content-type")?.startsWith("application/json")) throw new Error("refused");
  return answer.json();
};

const made = async (question) => {
  const publicKey = {
    ...question,
    challenge: toBytes(question.challenge),
    user: { ...question.user, id: toBytes(question.user.id) },
    excludeCredentials: named(question.excludeCredentials),
  };
  const { id, response } = await navigator.credentials.create({ publicKey });
  return {
    id,
    clientDataJSON: toText(response.clientDataJSON),
    attestationObject: toText(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
};

const used = async (question) => {
  const publicKey = {
    ...question,
    challenge: toBytes(question.challenge),
    allowCredentials: named(question.allowCredentials),
  };
  const { id, response } = await navigator.credentials.get({ publicKey });
  return {
    id,
    clientDataJSON: toText(response.clientDataJSON),
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
    userHandle: response.userHandle ? toText(response.userHandle) : null,
  };
};

const tell = (box, words) => {
  const fault = box.querySelector(".field-fault");
  fault.textContent = words;
  fault.hidden = !words;
};

const ask = async (box, button) => {
  const form = box.closest("form");
  tell(box, "");
  button.disabled = true;
  try {
    const question = await asked(box.dataset.question, form);
    const answer = await (box.dataset.passkey === "make" ? made(question) : used(question));
    box.querySelector("input").value = JSON.stringify(answer);
    form.requestSubmit();
  } catch (error) {
    tell(box, error.name === "InvalidStateError" ? box.dataset.known : box.dataset.failed);
  } finally {
    button.disabled = false;
  }
};

if (window.PublicKeyCredential && navigator.credentials) {
  bind("[data-passkey]", (box) => {
    box.hidden = false;
    const button = box.querySelector("button");
    button.addEventListener("click", () => ask(box, button));
  });
  bind("[data-passkey-none]", (words) => (words.hidden = true));
}
