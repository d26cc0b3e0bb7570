// Keeps the page to scan with at hand without a connection. `SHELL` (the page's address, the
// version of the product, the files it needs) is put before this text by the server.
// Only that page and those files are served from here; everything else passes by.

const CACHE = `seamline:${SHELL.page}:${SHELL.version}`;
const OURS = `seamline:${SHELL.page}:`;
const PATIENCE = 4000; // milliseconds for the page itself, where it is kept here

self.addEventListener("install", (event) => {
  event.waitUntil(filled().then(() => self.skipWaiting()));
});

async function filled() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.assets);
  await kept(cache, await fetch(SHELL.page, { cache: "no-store", redirect: "manual" }));
}

async function kept(cache, response) {
  if (response.ok) await cache.put(SHELL.page, response.clone());
  // Whoever has signed out leaves nothing of the page behind.
  if (response.type === "opaqueredirect") await cache.delete(SHELL.page);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(tidied().then(() => self.clients.claim()));
});

async function tidied() {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== CACHE) await caches.delete(name);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (address.pathname === SHELL.page) event.respondWith(page(request));
  } else if (SHELL.assets.includes(address.pathname)) {
    event.respondWith(asset(request));
  }
});

async function page(request) {
  const cache = await caches.open(CACHE);
  const here = await cache.match(SHELL.page);
  try {
    const signal = here ? AbortSignal.timeout(PATIENCE) : undefined;
    const response = await fetch(request, { signal });
    if (!new URL(request.url).search || response.type === "opaqueredirect") await kept(cache, response);
    return response.status >= 500 && here ? here : response;
  } catch (error) {
    if (here) return here;
    throw error;
  }
}

async function asset(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) || fetch(request);
}
