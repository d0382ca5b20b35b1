/* Passkeys: a button [data-passkey] has the device answer a challenge of the server, and sends its form with the answer. */

/* Browsers have none on a page that is not secure, nor under an address in numbers. */
const hasPasskeys = () => window.PublicKeyCredential && isSecureContext && !/^[\d.]+$|:|\[/.test(location.hostname);

const bytes = (text) => {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (c) => c.charCodeAt(0));
};
const text = (buffer) => {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
/* What browsers do by themselves where they are new enough. */
const readOptions = (wish, options) => {
  const read = PublicKeyCredential[wish === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON"];
  if (read) return read.call(PublicKeyCredential, options);
  const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  const { user, challenge, excludeCredentials, allowCredentials } = options;
  return {
    ...options,
    challenge: bytes(challenge),
    ...(user && { user: { ...user, id: bytes(user.id) } }),
    ...(excludeCredentials && { excludeCredentials: named(excludeCredentials) }),
    ...(allowCredentials && { allowCredentials: named(allowCredentials) }),
  };
};
const toSend = (credential) => {
  if (credential.toJSON) return credential.toJSON();
  const { id, rawId, type, response } = credential;
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const parts = names.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return { id, rawId: text(rawId), type, response: Object.fromEntries(parts), clientExtensionResults: {} };
};

const passkeyTrouble = (err) => {
  if (err.name === "InvalidStateError") return "This device has a passkey of yours already.";
  if (err.name === "NotAllowedError") return "The device was not asked, or you stopped it. Try again, or use another way.";
  return "It did not work. Try again in a moment, or use another way.";
};
const askDevice = async (button) => {
  const { form, dataset: { passkey: wish, challenge } } = button;
  const says = find("[data-passkey-says]", form);
  says.hidden = true;
  button.ariaDisabled = "true";
  try {
    const answer = await fetch(challenge, { method: "POST" });
    /* The last proof is too old by now: the form asks for a new one, and comes back. */
    if (answer.status === 401) return void form.requestSubmit();
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const { publicKey } = await answer.json();
    const credential = await navigator.credentials[wish]({ publicKey: readOptions(wish, publicKey) });
    form.elements.credential.value = JSON.stringify(toSend(credential));
    form.requestSubmit();
  } catch (err) {
    says.setAttribute("role", "alert");
    says.textContent = passkeyTrouble(err);
    says.hidden = false;
  }
  button.ariaDisabled = null;
};
clicks["[data-passkey]"] = (button) => { if (button.ariaDisabled !== "true") askDevice(button); };

const showPasskeys = () => {
  if (!hasPasskeys()) return;
  findAll("[data-passkey]").forEach((button) => { button.hidden = false; });
  findAll("[data-passkey-place]").forEach((place) => { place.hidden = false; });
  findAll(".no-passkeys").forEach((words) => { words.hidden = true; });
};
showPasskeys();
on("htmx:after:swap", showPasskeys);
