// Modules of node that a program can require. Those that no program has in mind at first are made when they are asked for.
const made = new Map();
const makers = new Map();

function add(name, value) {
  made.set(name, value);
}

/** A module that is made while it is asked for. */
function addLazily(name, make) {
  makers.set(name, make);
}

const has = (name) => made.has(name) || makers.has(name);

function get(name) {
  if (!made.has(name)) made.set(name, makers.get(name)());
  return made.get(name);
}

const names = () => [...new Set([...made.keys(), ...makers.keys()])].sort();

module.exports = { add, addLazily, has, get, names };
