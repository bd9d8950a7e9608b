let data = '';

process.stdin.setEncoding('utf8');

process.stdin.on('data', function (chunk) {
  data += chunk;
});

process.stdin.on('end', function () {
  var lines = data.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();

  // Lines from the last to the first, words in place, letters turned around.
  for (var i = lines.length - 1; i >= 0; i--) {
    var turned = lines[i].split(' ').map(function (word) {
      return word.split('').reverse().join('');
    });
    console.log(turned.join(' '));
  }
  process.stdout.write(lines.length + ' lines, ' + data.length + ' characters\n');
});
