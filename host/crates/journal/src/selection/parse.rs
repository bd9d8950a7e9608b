//! Reader of expressions and of lists of fields.
//!
//! ```text
//! expression = all { "or" all }        all   = one { "and" one }
//! one        = "not" one | "(" expression ")" | field [ operator value ]
//! field      = name { "." name }       list  = field { "," field }
//! name       = word without a dot | text in quotes
//! value      = word | text in quotes
//! ```
//!
//! It must never know what a field is or what a record has: whatever is well formed is read.

use super::field_path::{FieldPath, is_bare, is_bare_char};
use super::{ComparedValue, ComparisonOperator, KEYWORDS, MOST_BYTES, MOST_DEPTH, SelectionExpression};

/// The most characters of a text that an error repeats.
const SHOWN: usize = 20;

const FIELD: &str = "a field";
const FIELD_OR_GROUP: &str = "a field, `not` or `(`";
const NAME: &str = "a name";
const VALUE: &str = "a value: a word, or any text in quotes";
const PATTERN: &str = "a pattern: a word, or any text in quotes, as in id~\"case/1*\"";
const ORDERED: &str = "a number or a text, as `null` has no order";
const END: &str = "`and`, `or` or the end; text with other characters stands in quotes";
const END_OF_GROUP: &str = "`and`, `or` or `)`; text with other characters stands in quotes";
const END_OF_LIST: &str = "a comma or the end";

/// Why a text is no expression, or no list of fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// It is longer than anybody writes.
    #[error("it has {0} bytes, and {MOST_BYTES} are read at the most")]
    TooLong(usize),
    /// Too many levels of parentheses and `not`.
    #[error("at column {column}: it nests deeper than {MOST_DEPTH} levels")]
    TooDeep {
        /// The character that opens the level too many, from 1.
        column: usize,
    },
    /// Something else belongs there.
    #[error("at column {column}: expected {expected}, found {found}")]
    Unexpected {
        /// The character, from 1.
        column: usize,
        /// Description of what belongs there.
        expected: &'static str,
        /// The beginning of what stands there.
        found: String,
    },
    /// A text in quotes without an end.
    #[error("at column {column}: the quote is not closed")]
    OpenQuote {
        /// Its opening quote, from 1.
        column: usize,
    },
    /// A backslash before a character that needs none.
    #[error(r#"at column {column}: `\{letter}` is no escape; there are \\, \", \', \n, \r and \t"#)]
    Escape {
        /// The backslash, from 1.
        column: usize,
        /// The character behind it.
        letter: char,
    },
}

/// A text and how far it was read.
pub(super) struct SelectionParser<'a> {
    text: &'a str,
    /// Bytes that were read.
    at: usize,
    /// Levels that are open.
    depth: usize,
}

impl<'a> SelectionParser<'a> {
    /// At the beginning of a text.
    pub(super) fn new(text: &'a str) -> Result<Self, SelectionError> {
        if text.len() > MOST_BYTES {
            return Err(SelectionError::TooLong(text.len()));
        }
        Ok(Self { text, at: 0, depth: 0 })
    }

    /// Reads an expression, to the end of the text.
    pub(super) fn whole_expression(mut self) -> Result<SelectionExpression, SelectionError> {
        let expression = self.expression()?;
        self.end(END).map(|()| expression)
    }

    /// Reads a list of fields, to the end of the text.
    pub(super) fn whole_list(mut self) -> Result<Vec<FieldPath>, SelectionError> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field(FIELD)?);
            if !self.take(",") {
                return self.end(END_OF_LIST).map(|()| fields);
            }
        }
    }

    fn expression(&mut self) -> Result<SelectionExpression, SelectionError> {
        self.joined("or", Self::all, SelectionExpression::Any)
    }

    fn all(&mut self) -> Result<SelectionExpression, SelectionError> {
        self.joined("and", Self::one, SelectionExpression::All)
    }

    /// Reads parts with a word between them. A part alone stands for itself.
    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<SelectionExpression, SelectionError>,
        join: fn(Vec<SelectionExpression>) -> SelectionExpression,
    ) -> Result<SelectionExpression, SelectionError> {
        let first = part(self)?;
        if !self.take_keyword(word) {
            return Ok(first);
        }
        let mut parts = vec![first, part(self)?];
        while self.take_keyword(word) {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn one(&mut self) -> Result<SelectionExpression, SelectionError> {
        self.skip_white();
        let opened_at = self.at;
        if self.take_keyword("not") {
            self.open(opened_at)?;
            let part = self.one()?;
            self.depth -= 1;
            return Ok(SelectionExpression::Not(Box::new(part)));
        }
        if self.take("(") {
            self.open(opened_at)?;
            let inner = self.expression()?;
            if !self.take(")") {
                return Err(self.unexpected(END_OF_GROUP));
            }
            self.depth -= 1;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<SelectionExpression, SelectionError> {
        let field = self.field(FIELD_OR_GROUP)?;
        let found = ComparisonOperator::ALL.iter().find(|(written, _)| self.take(written));
        let Some((_, operator)) = found else { return Ok(SelectionExpression::Holds(field)) };
        Ok(SelectionExpression::Compares { field, operator: *operator, value: self.value(*operator)? })
    }

    /// Reads a field. `expected` says what else might have stood there.
    fn field(&mut self, expected: &'static str) -> Result<FieldPath, SelectionError> {
        self.skip_white();
        if KEYWORDS.contains(&self.word()) {
            return Err(self.unexpected(expected));
        }
        let mut names = vec![self.name(expected)?];
        while self.rest().starts_with('.') {
            self.at += 1;
            names.push(self.name(NAME)?);
        }
        Ok(FieldPath::of(names))
    }

    fn name(&mut self, expected: &'static str) -> Result<String, SelectionError> {
        if let Some(text) = self.quoted()? {
            return Ok(text);
        }
        let name = self.word().split('.').next().unwrap_or_default();
        if name.is_empty() {
            return Err(self.unexpected(expected));
        }
        self.at += name.len();
        Ok(name.to_owned())
    }

    fn value(&mut self, operator: ComparisonOperator) -> Result<ComparedValue, SelectionError> {
        self.skip_white();
        let is_pattern = matches!(operator, ComparisonOperator::Like | ComparisonOperator::NotLike);
        let can_be_null = matches!(operator, ComparisonOperator::Equal | ComparisonOperator::NotEqual);
        if let Some(text) = self.quoted()? {
            return Ok(ComparedValue::Text(text));
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.unexpected(if is_pattern { PATTERN } else { VALUE }));
        }
        let value = match ComparedValue::of_word(word) {
            _ if is_pattern => ComparedValue::Text(word.to_owned()),
            ComparedValue::Null if !can_be_null => return Err(self.unexpected(ORDERED)),
            value => value,
        };
        self.at += word.len();
        Ok(value)
    }

    /// Reads a text in quotes, if one begins here.
    fn quoted(&mut self) -> Result<Option<String>, SelectionError> {
        let opening = self.at;
        let mut letters = self.rest().char_indices();
        let Some((_, quote @ ('"' | '\''))) = letters.next() else { return Ok(None) };
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            match letter {
                letter if letter == quote => {
                    self.at += at + quote.len_utf8();
                    return Ok(Some(text));
                }
                '\\' => {
                    let Some((_, letter)) = letters.next() else { break };
                    let column = self.column(opening + at);
                    text.push(escaped(letter).ok_or(SelectionError::Escape { column, letter })?);
                }
                letter => text.push(letter),
            }
        }
        Err(SelectionError::OpenQuote { column: self.column(opening) })
    }

    /// Opens a level, which begins at this byte.
    fn open(&mut self, at: usize) -> Result<(), SelectionError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(SelectionError::TooDeep { column: self.column(at) });
        }
        Ok(())
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_white(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// The characters from here on that need no quotes.
    fn word(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|letter| !is_bare_char(letter)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// Takes these characters, if they come next.
    fn take(&mut self, written: &str) -> bool {
        self.skip_white();
        let is_next = self.rest().starts_with(written);
        if is_next {
            self.at += written.len();
        }
        is_next
    }

    /// Takes this word, if it comes next and is not the beginning of a longer one.
    fn take_keyword(&mut self, keyword: &str) -> bool {
        self.skip_white();
        self.word() == keyword && self.take(keyword)
    }

    fn end(&mut self, expected: &'static str) -> Result<(), SelectionError> {
        self.skip_white();
        if self.rest().is_empty() { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// The number of the character that begins at this byte, from 1.
    fn column(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().chars().count() + 1
    }

    fn unexpected(&self, expected: &'static str) -> SelectionError {
        let (word, rest) = (self.word(), self.rest());
        let found = match (is_bare(word) || KEYWORDS.contains(&word), rest.chars().next()) {
            (true, _) => format!("`{}`", word.chars().take(SHOWN).collect::<String>()),
            (false, Some(letter)) => format!("`{letter}`"),
            (false, None) => "the end".to_owned(),
        };
        SelectionError::Unexpected { column: self.column(self.at), expected, found }
    }
}

/// The character that one behind a backslash stands for.
const fn escaped(letter: char) -> Option<char> {
    match letter {
        '\\' | '"' | '\'' => Some(letter),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        _ => None,
    }
}
