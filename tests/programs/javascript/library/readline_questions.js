const readline = require('readline');

const rl = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: 'todo> ' });
const todos = [];

function nameFirst() {
  rl.question('What is your name? ', (name) => {
    console.log(`Hello, ${name || 'stranger'}!`);
    rl.prompt();
  });
}

const commands = {
  add(...words) { todos.push({ text: words.join(' '), done: false }); },
  done(n) {
    const todo = todos[n - 1];
    if (todo) todo.done = true;
    else console.log(`no number ${n}`);
  },
  list() { todos.forEach(({ text, done }, i) => console.log(`${i + 1}. [${done ? 'x' : ' '}] ${text}`)); },
  prompt(...words) { rl.setPrompt(words.join(' ') + ' '); },
  ask() {
    rl.question('Really? ', (answer) => {
      console.log(/^y/i.test(answer) ? 'fine' : 'as you like');
      rl.prompt();
    });
    return true;
  },
  quit() { rl.close(); return true; },
};

rl.on('line', (line) => {
  const [command, ...args] = line.trim().split(/\s+/);
  if (command && !(command in commands)) console.log('commands:', Object.keys(commands).join(', '));
  const later = command in commands && commands[command](...args);
  if (!later) rl.prompt();
});

rl.on('close', () => {
  console.log();
  console.log(todos.filter((t) => t.done).length, 'of', todos.length, 'done;', rl.getPrompt());
});

nameFirst();
