var lines = require('fs').readFileSync(0).toString().split('\n');
var head = lines.shift().split(' ');
var n = +head[0], q = +head[1];

var parent = [], size = [];
for (var i = 0; i <= n; i++) { parent[i] = i; size[i] = 1; }

function find(x) {
  while (parent[x] !== x) {
    parent[x] = parent[parent[x]];
    x = parent[x];
  }
  return x;
}

var out = [], groups = n;
for (var k = 0; k < q; k++) {
  var parts = lines[k].split(' '), op = parts[0], a = +parts[1], b = +parts[2];
  switch (op) {
    case 'join':
      var ra = find(a), rb = find(b);
      if (ra === rb) { out.push('already'); break; }
      if (size[ra] < size[rb]) { var t = ra; ra = rb; rb = t; }
      parent[rb] = ra;
      size[ra] += size[rb];
      groups--;
      out.push('joined ' + size[ra]);
      break;
    case 'same':
      out.push(find(a) === find(b) ? 'YES' : 'NO');
      break;
    case 'size':
      out.push(size[find(a)]);
      break;
    case 'groups':
      out.push(groups);
      break;
    default:
      out.push('? ' + op + ' ' + a + ' ' + b);
  }
}
console.log(out.join('\n'));
