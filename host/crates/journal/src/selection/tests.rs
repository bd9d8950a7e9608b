//! Expressions as users write them: which records they mean, and what is said of those that are
//! none.

use super::*;
use proptest::prelude::*;

const RECORD: &str = concat!(
    r#"{"v":1,"id":"case/12","seq":7,"verdict":"trap","output":null,"#,
    r#""error":{"message":"a \"b\"\nc","code":"divide_by_zero","wall":"","exit_code":3},"#,
    r#""attempts":2,"worker":1,"started":"2026-11-22T16:37:11.435752Z","#,
    r#""stats":{"fuel":18446744073709551615,"wall_ms":0.184,"queue_ms":0.0,"peak_memory_bytes":null,"#,
    r#""grow_refused":false,"partial":true},"log":{"text":"","dropped_bytes":0},"#,
    r#""history":[{"attempt":1,"verdict":"timeout"}],"#,
    r#""meta":{"group":"anna","week":3,"odd name":{"a.b":"x"},"not":"y","tags":["a","b"],"none":[]}}"#,
);

fn read(text: &str) -> RecordSelection {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn check(expressions: &[&str], expected: bool) {
    for text in expressions {
        assert_eq!(read(text).matches(RECORD.as_bytes()), expected, "{text}");
    }
}

#[test]
fn fields_are_compared_with_words_numbers_and_texts() {
    check(
        &[
            "verdict=trap",
            "verdict = 'trap'",
            "verdict!=ok",
            "error.code=divide_by_zero",
            "error.exit_code=3",
            "error.message=\"a \\\"b\\\"\\nc\"",
            "error.wall=''",
            "id=case/12",
            "meta.group=anna",
            "meta.\"odd name\".\"a.b\"=x",
            "meta.'not'=y",
            "\"meta\".week=3",
            "history.0.verdict=timeout",
            "meta.tags.1=b",
            "stats.partial=true",
            "stats.grow_refused=false",
            "started>=2026-11-22",
            "started<2026-11-22T17:00",
        ],
        true,
    );
    check(&["verdict=ok", "verdict=TRAP", "id=12", "meta.tags.2=c", "meta.group.x=1", "started>2027"], false);
}

#[test]
fn numbers_compare_as_numbers_where_both_are_and_else_as_text() {
    check(
        &[
            "seq=7",
            "seq=7.0",
            "seq=70e-1",
            "seq='7'",
            "seq<8",
            "seq<=7",
            "seq>=7",
            "seq>-1",
            "stats.wall_ms>0.1",
            "stats.wall_ms<1",
            "stats.fuel>18446744073709551614",
            "stats.fuel=18446744073709551615",
        ],
        true,
    );
    check(
        &[
            "seq='7.0'",
            "seq=07",
            "seq<7",
            "seq>7",
            "seq<10x",
            "id<9",
            "stats.fuel=18446744073709551614",
            "stats.fuel<18446744073709551615",
            "verdict>1",
            "meta>1",
        ],
        false,
    );
    // A field that is text is compared as such, also with a number.
    assert!(read("id=10").matches(br#"{"id":"10"}"#));
    assert!(!read("id=10.0").matches(br#"{"id":"10"}"#));
    assert!(read("n=12345678901234567890123").matches(br#"{"n":12345678901234567890123}"#));
}

#[test]
fn what_is_missing_or_null_compares_with_nothing_but_null() {
    check(
        &[
            "group=null",
            "output=null",
            "stats.peak_memory_bytes=null",
            "meta.week!=null",
            "group!=anna",
            "group!~'*'",
            "not group=anna",
            "not stats.peak_memory_bytes>1",
        ],
        true,
    );
    check(
        &[
            "meta.week=null",
            "output!=null",
            "group!=null",
            "group=''",
            "group=anna",
            "group~'*'",
            "stats.peak_memory_bytes<1",
            "stats.peak_memory_bytes>=0",
            "output='null'",
        ],
        false,
    );
    assert!(read("a='null'").matches(br#"{"a":"null"}"#));
    assert!(!read("a=null").matches(br#"{"a":"null"}"#));
}

#[test]
fn a_field_by_itself_holds_unless_it_is_missing_null_false_zero_or_empty() {
    check(&["seq", "id", "stats.partial", "meta", "meta.tags", "meta.none", "stats.wall_ms"], true);
    check(
        &["group", "output", "stats.grow_refused", "error.wall", "stats.queue_ms", "log.dropped_bytes"],
        false,
    );
}

#[test]
fn patterns_are_over_the_whole_text() {
    check(
        &[
            "id~'case/1*'",
            "id~case/12",
            "id~\"*/??\"",
            "id!~'case/2*'",
            "verdict~'t*'",
            "seq~'?'",
            "meta~'*\"week\":3*'",
            "error.message~'*\n*'",
        ],
        true,
    );
    check(&["id~case/1", "id~'CASE*'", "id!~'*'", "output~'*'"], false);
    assert!(read("a~null").matches(br#"{"a":"null"}"#) && read("a~5").matches(br#"{"a":5}"#));
}

#[test]
fn and_binds_before_or_and_not_before_both() {
    check(
        &[
            "seq=1 and seq=2 or seq=7",
            "seq=7 or seq=1 and seq=2",
            "not seq=1 and seq=7",
            "not (seq=1 or seq=2)",
            "not not seq",
            "not(seq=1)and(seq=7)",
            "(((seq=7)))",
            "verdict=trap and attempts>1 and meta.week=3",
        ],
        true,
    );
    check(&["(seq=7 or seq=1) and seq=2", "not (seq=1 or seq=7)", "seq=7 and not seq"], false);
}

#[test]
fn what_is_no_expression_is_told_with_its_place() {
    for (text, said) in [
        ("", "at column 1: expected a field, `not` or `(`, found the end"),
        ("  ", "at column 3: expected a field, `not` or `(`, found the end"),
        ("=1", "at column 1: expected a field, `not` or `(`, found `=`"),
        ("verdict=", "at column 9: expected a value: a word, or any text in quotes, found the end"),
        ("a==b", "at column 3: expected a value: a word, or any text in quotes, found `=`"),
        ("a<null", "at column 3: expected a number or a text, as `null` has no order, found `null`"),
        (
            "größe~*",
            "at column 7: expected a pattern: a word, or any text in quotes, as in id~\"case/1*\", found `*`",
        ),
        (
            "id~case/1*",
            "at column 10: expected `and`, `or` or the end; text with other characters stands in quotes, found `*`",
        ),
        (
            "a=b c=d",
            "at column 5: expected `and`, `or` or the end; text with other characters stands in quotes, found `c`",
        ),
        ("a and", "at column 6: expected a field, `not` or `(`, found the end"),
        ("a and and b", "at column 7: expected a field, `not` or `(`, found `and`"),
        ("or", "at column 1: expected a field, `not` or `(`, found `or`"),
        (
            "(a=1",
            "at column 5: expected `and`, `or` or `)`; text with other characters stands in quotes, found the end",
        ),
        (
            "a=1)",
            "at column 4: expected `and`, `or` or the end; text with other characters stands in quotes, found `)`",
        ),
        ("a.=1", "at column 3: expected a name, found `=`"),
        ("a..b=1", "at column 3: expected a name, found `.b`"),
        (".a=1", "at column 1: expected a field, `not` or `(`, found `.a`"),
        ("a='b", "at column 3: the quote is not closed"),
        ("a='b\\", "at column 3: the quote is not closed"),
        (r"a='b\*'", r#"at column 5: `\*` is no escape; there are \\, \", \', \n, \r and \t"#),
    ] {
        let error = text.parse::<RecordSelection>().map_err(|error| error.to_string());
        assert_eq!(error, Err(said.to_owned()), "{text}");
    }
    let long = text_of_found(&"x".repeat(50));
    assert!(long.ends_with(&format!("found `{}`", "x".repeat(20))), "{long}");
}

fn text_of_found(word: &str) -> String {
    format!("a=b {word}").parse::<RecordSelection>().unwrap_err().to_string()
}

#[test]
fn an_expression_is_bounded() {
    let long = format!("a={}", "x".repeat(MOST_BYTES));
    let error = long.parse::<RecordSelection>().unwrap_err();
    assert_eq!(error.to_string(), "it has 4098 bytes, and 4096 are read at the most");
    let nested = |levels: usize| format!("{}a{}", "(".repeat(levels), ")".repeat(levels));
    assert!(read(&nested(MOST_DEPTH)).matches(br#"{"a":1}"#));
    let error = nested(MOST_DEPTH + 1).parse::<RecordSelection>().unwrap_err();
    assert_eq!(error, SelectionError::TooDeep { column: MOST_DEPTH + 1 });
    let denied = |levels: usize| format!("{}a", "not ".repeat(levels));
    assert!(read(&denied(MOST_DEPTH)).matches(br#"{"a":1}"#));
    assert!(denied(MOST_DEPTH + 1).parse::<RecordSelection>().is_err());
    // Levels that are closed count no more, and neither do parts beside each other.
    assert!(read(&["((a))"; 300].join(" and ")).matches(br#"{"a":1}"#));
}

#[test]
fn an_expression_is_shown_as_it_may_be_written() {
    for (text, shown) in [
        ("verdict != ok", "verdict!=ok"),
        ("a  and(b or not(c=1))", "a and (b or not c=1)"),
        ("(a and b) and c", "(a and b) and c"),
        ("((a))", "a"),
        ("a='b c' or 'd e'.f~\"*\"", "a=\"b c\" or \"d e\".f~\"*\""),
        ("a='5' and b='null' and c='and' and d=''", "a=\"5\" and b=\"null\" and c=\"and\" and d=\"\""),
        ("a='\"' and b='\\'\"\\\\\\n\t'", "a='\"' and b=\"'\\\"\\\\\\n\\t\""),
        ("\"not\".x and a.\"b.c\"=7e0", "\"not\".x and a.\"b.c\"=7e0"),
    ] {
        assert_eq!(read(text).to_string(), shown);
    }
}

#[test]
fn a_list_of_fields_is_read_in_the_same_language() {
    let list = |text: &str| text.parse::<FieldList>().map_err(|error| error.to_string());
    let fields = list("id, error.code,meta.\"odd, name\" ,stats.wall_ms").unwrap();
    let shown: Vec<_> = fields.paths().iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["id", "error.code", "meta.\"odd, name\"", "stats.wall_ms"]);
    assert_eq!(fields.paths()[1], FieldPath::of(["error", "code"]));
    for (text, said) in [
        ("", "at column 1: expected a field, found the end"),
        ("id,", "at column 4: expected a field, found the end"),
        ("id seq", "at column 4: expected a comma or the end, found `seq`"),
        ("id=1", "at column 3: expected a comma or the end, found `=`"),
    ] {
        assert_eq!(list(text), Err(said.to_owned()), "{text}");
    }
}

fn paths() -> impl Strategy<Value = FieldPath> {
    let name = prop_oneof!["[a-c_]{1,3}", "(and|or|not|null|0)", "[a-b .\"'\\\\\n\t=é]{0,4}"];
    prop::collection::vec(name, 1..3).prop_map(FieldPath::of)
}

fn expressions() -> impl Strategy<Value = SelectionExpression> {
    let value = || {
        prop_oneof![
            Just(ComparedValue::Null),
            (0..1000_u32).prop_map(|number| ComparedValue::of_word(&number.to_string())),
            "(-1\\.50|7e3|and|not|null|x\\.y/z)".prop_map(ComparedValue::Text),
            "[a-b .\"'\\\\\n\r\té()=*]{0,6}".prop_map(ComparedValue::Text),
        ]
    };
    let operator = (0..ComparisonOperator::ALL.len()).prop_map(|at| ComparisonOperator::ALL[at].1);
    let compares = (paths(), operator, value()).prop_map(|(field, operator, value)| {
        // What no text stands for.
        let value = match (operator, value) {
            (ComparisonOperator::Equal | ComparisonOperator::NotEqual, value) => value,
            (ComparisonOperator::Like | ComparisonOperator::NotLike, ComparedValue::Text(text)) => {
                ComparedValue::Text(text)
            }
            (ComparisonOperator::Like | ComparisonOperator::NotLike, other) => {
                ComparedValue::Text(other.to_string())
            }
            (_, ComparedValue::Null) => ComparedValue::of_word("0"),
            (_, value) => value,
        };
        SelectionExpression::Compares { field, operator, value }
    });
    let leaf = prop_oneof![paths().prop_map(SelectionExpression::Holds), compares];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts().prop_map(SelectionExpression::All),
            parts().prop_map(SelectionExpression::Any),
            inner.clone().prop_map(|part| SelectionExpression::Not(Box::new(part))),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![
        "\\PC{0,40}",
        "([a-c.=!~<>()'\"\\\\ 0-9*]|and |or |not |null){0,30}",
    ]) {
        match text.parse::<RecordSelection>() {
            Ok(selection) => drop(selection.matches(RECORD.as_bytes())),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        drop(text.parse::<FieldList>());
    }

    #[test]
    fn what_is_read_is_shown_so_that_it_is_read_as_the_same(text in "([a-c.=!~<>()'\" 0-9]|and |or |not |null){0,30}") {
        if let Ok(selection) = text.parse::<RecordSelection>() {
            prop_assert_eq!(selection.to_string().parse::<RecordSelection>(), Ok(selection));
        }
    }

    #[test]
    fn every_expression_can_be_written(expression in expressions()) {
        let selection = RecordSelection(expression);
        let text = selection.to_string();
        prop_assert!(text.len() > MOST_BYTES || text.parse() == Ok(selection), "{}", text);
    }
}
