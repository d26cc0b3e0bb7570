// What a hand feels and an ear hears without a look at the screen.

let sound = null;

function tone(pitch, from, seconds) {
  const oscillator = sound.createOscillator();
  const volume = sound.createGain();
  oscillator.frequency.value = pitch;
  volume.gain.value = 0.15;
  oscillator.connect(volume).connect(sound.destination);
  oscillator.start(sound.currentTime + from);
  oscillator.stop(sound.currentTime + from + seconds);
}

function play(...tones) {
  try {
    // Browsers let a page sound only after somebody has touched it.
    if (!navigator.userActivation?.hasBeenActive) return;
    sound ||= new AudioContext();
    for (const one of tones) tone(...one);
  } catch {
    sound = null; // no sound on this device: it still vibrates and shows
  }
}

const buzz = (pattern) => navigator.userActivation?.hasBeenActive && navigator.vibrate?.(pattern);

/** A code was read. */
export function heard() {
  buzz(40);
  play([1760, 0, 0.07]);
}

/** A move was taken. */
export function taken() {
  buzz([30, 40, 30]);
  play([1320, 0, 0.08], [1760, 0.1, 0.12]);
}

/** Something is wrong. */
export function wrong() {
  buzz([200, 80, 200]);
  play([220, 0, 0.25], [196, 0.28, 0.3]);
}
