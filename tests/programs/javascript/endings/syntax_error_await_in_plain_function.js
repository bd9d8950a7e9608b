console.log('starting');

const load = async (name) => ({ name, size: name.length });

function report(names) {
  for (const name of names) {
    const { size } = await load(name);
    console.log(name, size);
  }
}

report(['one', 'three']);
