// Share with what the device has for it, else copy the link. Without scripts it is a plain link to the page.
// `data-copy` copies what stands before it.
document.addEventListener("click", async (event) => {
  const text = event.target.closest("[data-copy]")?.previousElementSibling;
  if (text) return copy(text.textContent);
  const link = event.target.closest("[data-share]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (matchMedia("(pointer: coarse)").matches && navigator.share) await offer(link.href);
  else await copy(link.href);
});

async function offer(url) {
  try {
    await navigator.share({ url });
  } catch (error) {
    if (error.name !== "AbortError") await copy(url);
  }
}

async function copy(url) {
  try {
    await navigator.clipboard.writeText(url);
    say("Copied.");
  } catch {
    say(url);
  }
}

function say(detail) {
  document.dispatchEvent(new CustomEvent("toast", { detail }));
}
