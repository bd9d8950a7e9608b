//! Help on `--select`, which several commands have.
//!
//! It must never know which they are.

/// What `--help` says of `--select` where a command has it.
pub(super) const SELECTING: &str = "\
Selecting records: EXPR compares fields of a record (FIELD=VALUE, !=, <, <=, >, >=) or holds a \
pattern with * and ? against all of a field's text (FIELD~PATTERN, !~). A field alone holds unless \
it is missing, null, false, 0 or empty. `and`, `or`, `not` and parentheses join these. FIELD is \
written as in error.code or meta.week. What has other characters than letters, digits and _-./:@+ \
stands in quotes. Numbers are as in records: bytes, milliseconds, units of fuel.

Examples:
  --select 'verdict!=ok and meta.group=anna'
  --select 'stats.wall_ms>500 or stats.grow_refused'
  --select 'id~\"case/1*\" and not error.code=unreachable'";
