const fs = require('fs/promises');
const path = require('path');

async function* walk(folder) {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      yield full + path.sep;
      yield* walk(full);
    } else {
      yield full;
    }
  }
}

async function main() {
  const { existsSync, promises } = await import('node:fs');
  console.log(promises === fs);

  console.log(typeof await fs.mkdir('site/pages/blog', { recursive: true }));
  console.log(await fs.mkdir('site/pages', { recursive: true }));
  await Promise.all([
    fs.writeFile('site/index.html', '<h1>Home</h1>'),
    fs.writeFile('site/pages/about.html', '<h1>About</h1>\n'.repeat(3)),
    fs.writeFile('site/pages/blog/post.md', '# Post\n\ntext\n'),
    fs.writeFile('site/data.json', JSON.stringify({ list: [1, 2], name: 'é' })),
  ]);
  for await (const name of walk('site')) console.log(name);

  await fs.appendFile('site/index.html', '\n<p>more</p>');
  console.log((await fs.readFile('site/index.html', 'utf8')).split('\n'));
  console.log(JSON.parse(await fs.readFile('site/data.json')));

  const sizes = {};
  for await (const name of walk('site')) {
    if (name.endsWith(path.sep)) continue;
    const { size } = await fs.stat(name);
    sizes[path.extname(name)] = (sizes[path.extname(name)] ?? 0) + size;
  }
  console.log(sizes);

  for (const [call, name] of [['readFile', 'none'], ['rmdir', 'site'], ['unlink', 'none'], ['access', 'none'], ['mkdir', 'site'], ['rm', 'site'], ['readdir', 'none']]) {
    await fs[call](name).then(() => console.log('worked'), (e) => console.log(call, e.code));
  }

  await fs.rename('site/pages', 'site/articles');
  await fs.copyFile('site/index.html', 'site/articles/copy.html');
  console.log((await fs.readdir('site')).sort(), (await fs.readdir('site/articles')).sort());

  const handle = await fs.open('site/lines.txt', 'w');
  for (let i = 0; i < 3; i++) await handle.write(`line ${i}\n`);
  await handle.close();
  console.log((await fs.readFile('site/lines.txt', { encoding: 'utf8' })).length);

  await fs.rm('site', { recursive: true });
  await fs.rm('site', { force: true });
  console.log(existsSync('site'));
}

main();
