/**
 * A generic finite state machine with guards, actions and a history.
 * @param {{initial: string, context?: object, states: object}} definition
 */
function createMachine({ initial, context = {}, states }) {
  let current = initial;
  const history = [initial];
  const listeners = new Set();

  return {
    get state() { return current; },
    get history() { return history.slice(); },
    context,
    send(event, payload) {
      const transition = [states[current].on?.[event] ?? []].flat().find((t) => !t.guard || t.guard(context, payload));
      if (!transition) return false;
      states[current].exit?.(context);
      const { target = current, action } = typeof transition === 'string' ? { target: transition } : transition;
      action?.(context, payload);
      const previous = current;
      current = target;
      history.push(current);
      states[current].entry?.(context);
      listeners.forEach((listener) => listener({ previous, current, event }));
      return true;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const light = createMachine({
  initial: 'red',
  context: { cycles: 0, waiting: 0 },
  states: {
    red: { on: { TIMER: 'redAmber', POWER_CUT: 'flashing' }, entry: (c) => { c.cycles++; } },
    redAmber: { on: { TIMER: 'green' } },
    green: {
      on: {
        TIMER: [{ target: 'amber', guard: (c) => c.waiting > 0, action: (c) => { c.waiting = 0; } }, { target: 'green' }],
        BUTTON: { action: (c, { people = 1 } = {}) => { c.waiting += people; } },
      },
    },
    amber: { on: { TIMER: 'red' } },
    flashing: { on: { POWER_BACK: 'red' } },
  },
});

const unsubscribe = light.subscribe(({ previous, current, event }) => console.log(`${previous.padEnd(9)} --${event}--> ${current}`));
const events = ['TIMER', 'BUTTON', 'TIMER', 'TIMER', ['BUTTON', { people: 3 }], 'TIMER', 'TIMER', 'POWER_CUT', 'TIMER', 'POWER_BACK'];
for (const event of events) {
  const [name, payload] = [event].flat();
  if (!light.send(name, payload)) console.log(`${light.state.padEnd(9)} ignores ${name}`);
}
console.log(unsubscribe(), light.send('TIMER'), light.state);
console.log(light.context, light.history.join(' '));
console.log(light);
console.assert(light.history.length === 10, 'history has ten entries');
