// The page of a progress link looks again by itself: its changing part is fetched and put in place
// while nobody plays a clip, and less often while the page is hidden or the network fails.
const part = document.getElementById("now");

if (part) {
  const every = Number(part.dataset.every) * 1000;
  let wait = every;
  const look = async () => {
    const playing = [...part.querySelectorAll("video")].some((clip) => !clip.paused);
    if (!document.hidden && !playing) {
      try {
        const answer = await fetch(part.dataset.now, { credentials: "same-origin" });
        if (answer.status === 404 || answer.status === 410) return location.reload();
        if (answer.ok) {
          const text = await answer.text();
          if (text !== part.dataset.last) part.innerHTML = part.dataset.last = text;
          wait = every;
        } else wait = Math.min(wait * 2, 600000);
      } catch {
        wait = Math.min(wait * 2, 600000);
      }
    }
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}
