const stations = ['producer', 'create', 'PostgreSQL', 'sockets', 'bell'];
const stepMs = 110;
const glowMs = 2_600;

/** The picture of the way of a notification. It lights the stations one after the other, up to the last one that is known. */
export function createWay() {
  const stops = [...document.querySelectorAll('#way li')];
  let target = -1;
  let reached = -1;
  let timer;

  function step() {
    clearTimeout(timer);
    if (reached < target) {
      reached += 1;
      stops[reached].classList.add('is-lit');
      timer = setTimeout(step, stepMs);
    } else {
      timer = setTimeout(clear, glowMs);
    }
  }

  function clear() {
    clearTimeout(timer);
    target = -1;
    reached = -1;
    for (const stop of stops) stop.classList.remove('is-lit', 'is-stopped');
  }

  function passTo(station) {
    const index = stations.indexOf(station);
    // A new notification starts at the beginning.
    if (index < target || target === stations.length - 1) clear();
    target = index;
    step();
  }

  return {
    passTo,
    /** The notification has stopped at this station. */
    stopAt(station) {
      passTo(station);
      stops[stations.indexOf(station)].classList.add('is-stopped');
    },
  };
}
