class ConfigError extends Error {
  constructor(key, options) {
    super(`bad value for "${key}"`, options);
    this.name = 'ConfigError';
    this.key = key;
    this.details = { expected: ['number', 'string'], got: null };
  }
}

const config = { port: 8080, host: 'localhost', timeout: null };

function check(key) {
  try {
    return config[key].toString();
  } catch (cause) {
    throw new ConfigError(key, { cause });
  }
}

process.on('exit', (code) => console.log('\nexit', code));

try {
  process.stdout.write('port ' + check('port'));
  process.stdout.write(', host ' + check('host'));
  process.stdout.write(', timeout ');
  check('timeout');
} finally {
  process.stdout.write('(finally)');
}
console.log('not reached');
