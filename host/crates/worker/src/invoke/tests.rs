//! What values are in JSON, both ways.

use super::super::request::InputKind;
use super::lift;
use super::lower::arguments;
use super::typed::CallArguments;
use super::types::JsonShape;
use polymer_host_task::Verdict;
use proptest::prelude::*;
use wasmtime::component::Val;

const ROOM: u64 = 64 << 20;

fn params(shapes: &[(&str, JsonShape)]) -> Vec<(String, JsonShape)> {
    shapes.iter().map(|(name, shape)| ((*name).to_owned(), shape.clone())).collect()
}

fn read(shapes: &[(&str, JsonShape)], input: &str) -> Result<Vec<Val>, String> {
    let read = arguments(&params(shapes), InputKind::Json, input.as_bytes(), ROOM);
    read.map(values).map_err(|(verdict, error)| {
        assert_eq!(verdict, Verdict::BadInput);
        format!("{}: {}", error.code, error.message)
    })
}

/// Arguments as values, whichever they are.
fn values(arguments: CallArguments) -> Vec<Val> {
    arguments.into_values().as_values().to_vec()
}

fn list(of: JsonShape) -> JsonShape {
    JsonShape::List(Box::new(of))
}

fn option(of: JsonShape) -> JsonShape {
    JsonShape::Option(Box::new(of))
}

fn point() -> JsonShape {
    JsonShape::Record(params(&[("x", JsonShape::S32), ("label", option(JsonShape::String))]))
}

fn figure() -> JsonShape {
    let cases = [("circle", Some(JsonShape::F64)), ("none", None)];
    JsonShape::Variant(cases.map(|(name, shape)| (name.to_owned(), shape)).to_vec())
}

fn flags() -> JsonShape {
    JsonShape::Flags(vec!["r".to_owned(), "w".to_owned(), "x".to_owned()])
}

fn result(ok: Option<JsonShape>, err: Option<JsonShape>) -> JsonShape {
    JsonShape::Result(ok.map(Box::new), err.map(Box::new))
}

/// What is read as a value is written as this.
#[track_caller]
fn check(shape: JsonShape, input: &str, output: &str) {
    let values = read(&[("a", shape.clone())], &format!("[{input}]")).unwrap();
    assert_eq!(lift::json(values.first(), None, 1000).unwrap(), output, "{shape}");
}

#[test]
fn each_type_has_its_form() {
    check(JsonShape::Bool, "true", "true");
    check(JsonShape::U8, "255", "255");
    check(JsonShape::S64, "-9223372036854775808", "-9223372036854775808");
    check(JsonShape::U64, "\"18446744073709551615\"", "18446744073709551615");
    check(JsonShape::F32, "0.1", "0.1");
    check(JsonShape::F64, "1e300", "1e+300");
    check(JsonShape::F64, "\"-inf\"", "\"-inf\"");
    check(JsonShape::F32, "\"nan\"", "\"nan\"");
    check(JsonShape::Char, "\"\\u00e4\"", "\"ä\"");
    check(JsonShape::String, "\"a\\nb\"", "\"a\\nb\"");
    check(list(JsonShape::U8), "[1, 2]", "[1,2]");
    check(point(), "{\"label\": null, \"x\": 1}", "{\"x\":1,\"label\":null}");
    check(point(), "{\"x\": 1}", "{\"x\":1,\"label\":null}");
    check(JsonShape::Tuple(vec![JsonShape::Bool, JsonShape::Char]), "[true, \"c\"]", "[true,\"c\"]");
    check(figure(), "{\"circle\": 1}", "{\"circle\":1.0}");
    check(figure(), "\"none\"", "\"none\"");
    check(figure(), "{\"none\": null}", "\"none\"");
    check(JsonShape::Enum(vec!["a".to_owned()]), "\"a\"", "\"a\"");
    check(flags(), "[\"x\", \"r\"]", "[\"r\",\"x\"]");
    check(result(Some(JsonShape::U8), None), "{\"ok\": 1}", "{\"ok\":1}");
    check(result(Some(JsonShape::U8), None), "{\"err\": null}", "{\"err\":null}");
    check(option(JsonShape::U8), "null", "null");
    check(option(JsonShape::U8), "7", "7");
    check(option(option(JsonShape::U8)), "null", "null");
    check(option(option(JsonShape::U8)), "{\"some\": null}", "{\"some\":null}");
    check(option(option(JsonShape::U8)), "{\"some\": 7}", "{\"some\":7}");
    check(option(figure()), "{\"circle\": 0}", "{\"circle\":0.0}");
}

#[test]
fn a_line_is_an_array_an_object_or_the_one_argument() {
    let two = [("a", JsonShape::U8), ("b", option(JsonShape::String))];
    let values = Ok(vec![Val::U8(1), Val::Option(None)]);
    assert_eq!(read(&two, "[1, null]"), values);
    assert_eq!(read(&two, " {\"b\": null, \"a\": 1} "), values);
    assert_eq!(read(&two, "{\"a\": 1}"), values);
    for none in ["null", "[]", "{}"] {
        assert_eq!(read(&[], none), Ok(Vec::new()));
    }
    let one = [("a", JsonShape::U8)];
    for line in ["1", "[1]", "{\"a\": 1}"] {
        assert_eq!(read(&one, line), Ok(vec![Val::U8(1)]));
    }
    // An array is always the arguments.
    assert_eq!(read(&[("a", list(JsonShape::U8))], "[[1]]"), Ok(vec![Val::List(vec![Val::U8(1)])]));
    assert!(read(&[("a", list(JsonShape::U8))], "[1]").is_err());
    // An object is the argument if its type is told as one, unless it names the parameter.
    let value = Val::Variant("circle".to_owned(), Some(Box::new(Val::Float64(1.0))));
    let circle = Ok(vec![value.clone()]);
    assert_eq!(read(&[("f", figure())], "{\"circle\": 1}"), circle);
    assert_eq!(read(&[("f", figure())], "{\"f\": {\"circle\": 1}}"), circle);
    // A case or field that is called as the parameter is that case or field.
    assert_eq!(read(&[("circle", figure())], "{\"circle\": 1}"), circle);
    let some = |value| Ok(vec![Val::Option(Some(Box::new(value)))]);
    assert_eq!(read(&[("f", option(figure()))], "{\"circle\": 1}"), some(value));
    assert_eq!(read(&[("f", option(figure()))], "null"), Ok(vec![Val::Option(None)]));
    assert_eq!(read(&[("f", option(figure()))], "{\"f\": null}"), Ok(vec![Val::Option(None)]));
    let optional = JsonShape::Record(params(&[("x", option(JsonShape::U8))]));
    let empty = Val::Record(vec![("x".to_owned(), Val::Option(None))]);
    assert_eq!(read(&[("p", optional)], "{}"), Ok(vec![empty]));
}

#[test]
fn text_and_files_are_the_one_string_or_bytes() {
    let given =
        |shape, kind, input: &[u8]| arguments(&params(&[("a", shape)]), kind, input, ROOM).map(values);
    let text = given(JsonShape::String, InputKind::Line, b"a b\r\n").unwrap();
    assert_eq!(text, [Val::String("a b".to_owned())]);
    let bytes = given(list(JsonShape::U8), InputKind::Bytes, b"\xff\n").unwrap();
    assert_eq!(bytes, [Val::List(vec![Val::U8(255), Val::U8(10)])]);
    assert_eq!(given(JsonShape::String, InputKind::Bytes, b"\xff").unwrap_err().1.code, "not_utf8");
    let refused = given(JsonShape::U8, InputKind::Line, b"1").unwrap_err();
    assert!(refused.1.message.contains("takes 1 argument (a: u8)"), "{refused:?}");
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let two = [("a", JsonShape::U8), ("p", list(point()))];
    for (line, said) in [
        ("[1", "not_json: the input is not JSON: EOF"),
        ("[1, []] x", "not_json: the input is not JSON: trailing"),
        (
            "[1]",
            "argument: at $: expected 2 arguments (a: u8, p: list<record { x: s32, label: option<string> }>), found 1 in the array",
        ),
        ("[1, [], 2]", "found more in the array"),
        ("1", "expected an array or an object with 2 arguments"),
        ("[256, []]", "argument: at $[0]: expected u8, found 256"),
        ("[\"1\", []]", "at $[0]: expected u8, found \"1\""),
        ("[1, {}]", "at $[1]: expected list<record { x: s32, label: option<string> }>, found an object"),
        ("{\"a\": 1}", "at $: the argument `p` of type list<"),
        ("{\"a\": 1, \"q\": 2}", "at $: there is no argument `q`; there is a, p"),
        ("{\"a\": 1, \"a\": 2}", "at $: the argument `a` is given twice"),
        (
            "{\"a\": 1, \"p\": [{\"x\": 1}, {\"x\": 1, \"y\": 2}]}",
            "at $.p[1]: there is no field `y`; there is x, label",
        ),
        ("{\"a\": 1, \"p\": [{\"label\": \"\"}]}", "at $.p[0]: the field `x` of type s32 is missing"),
        ("{\"a\": 1, \"p\": [{\"x\": 1, \"x\": 1}]}", "at $.p[0]: the field `x` is given twice"),
        ("{\"a\": 1, \"p\": [{\"x\": 1, \"label\": 5}]}", "at $.p[0].label: expected string, found 5"),
    ] {
        let error = read(&two, line).unwrap_err();
        assert!(error.contains(said), "{line}: {error}");
    }
    for (shape, value, said) in [
        (JsonShape::Char, "\"ab\"", "expected char, found \"ab\""),
        (JsonShape::Char, "\"\"", "expected char, found \"\""),
        (JsonShape::Bool, "0", "expected bool, found 0"),
        (JsonShape::String, "null", "expected string, found null"),
        (figure(), "\"circle\"", "found the case `circle` without its value"),
        (figure(), "{\"none\": 1}", "at $[0].none: expected null, found 1"),
        (figure(), "{}", "found an empty object"),
        (figure(), "{\"circle\": 1, \"none\": null}", "found an object with more than one key"),
        (flags(), "[\"r\", \"q\"]", "at $[0][1]: expected flags { r, w, x }, found \"q\""),
        (flags(), "[\"r\", \"r\"]", "at $[0][1]: the flag \"r\" is given twice"),
        (flags(), "[1]", "found 1"),
        (result(None, None), "\"ok\"", "expected result, found \"ok\""),
        (result(None, None), "{\"no\": null}", "found the case `no`"),
        (option(option(JsonShape::U8)), "7", "expected option<option<u8>>, found 7"),
        (option(option(JsonShape::U8)), "{\"none\": 1}", "found an object without `some`"),
        (JsonShape::Tuple(vec![JsonShape::U8]), "[1, 2]", "expected tuple<u8>, found more in the array"),
        (JsonShape::F64, "1e999", "expected f64, found 1e999"),
        (JsonShape::U8, "{\"a\": [1]}", "expected u8, found an object"),
    ] {
        let error = read(&[("a", shape)], &format!("[{value}]")).unwrap_err();
        assert!(error.starts_with("argument: at $[0]") && error.contains(said), "{value}: {error}");
    }
}

#[test]
fn arguments_and_results_are_bounded() {
    let many = format!("[[{}1]]", "1,".repeat(10_000));
    let bytes = params(&[("a", list(JsonShape::U8))]);
    let refused = arguments(&bytes, InputKind::Json, many.as_bytes(), 100_000).unwrap_err();
    assert_eq!((refused.0, refused.1.code.as_str()), (Verdict::BadInput, "too_long"));
    assert!(refused.1.message.contains("more than 97.6 KiB as values"), "{refused:?}");
    let text = Val::String("\u{1}".repeat(100));
    assert_eq!(lift::json(Some(&text), None, 601).unwrap_err().0, Verdict::OutputExceeded);
    assert_eq!(lift::json(Some(&text), None, 602).unwrap().len(), 602);
    // As deep as JSON may be for its reader.
    let deep = (0..99).fold(JsonShape::U8, |of, _| list(of));
    let line = format!("[{}1{}]", "[".repeat(99), "]".repeat(99));
    assert!(read(&[("a", deep)], &line).is_ok());
}

#[test]
fn bytes_come_as_an_array_or_as_base64_wherever_they_stand() {
    let bytes = || list(JsonShape::U8);
    let one = |line: &str| read(&[("data", bytes())], line);
    let value = || Val::List(vec![Val::U8(1), Val::U8(255)]);
    let both =
        [r#"[[1,255]]"#, r#"{"data":[1,255]}"#, r#"[{"base64":"Af8="}]"#, r#"{"data":{"base64":"Af8"}}"#];
    for line in both.into_iter().chain([r#"{"base64":"Af8="}"#]) {
        assert_eq!(one(line), Ok(vec![value()]), "{line}");
    }
    assert_eq!(one(r#"{"base64":""}"#), Ok(vec![Val::List(Vec::new())]));
    let record = JsonShape::Record(params(&[("data", bytes()), ("more", option(bytes()))]));
    let read_record = read(&[("r", record)], r#"{"data":{"base64":"Af8="},"more":{"base64":"Af8="}}"#);
    let fields = [("data", value()), ("more", Val::Option(Some(Box::new(value()))))];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    assert_eq!(read_record, Ok(vec![Val::Record(fields)]));
    // A parameter that is called so is named by it, as any other.
    assert_eq!(read(&[("base64", bytes())], r#"{"base64":[1,255]}"#), Ok(vec![value()]));
    for (line, said) in [
        (r#"{"base64":"A"}"#, "at $.base64: it is not base64: "),
        (r#"{"base64":1}"#, "at $.base64: expected base64, found 1"),
        (r#"{"base64":"AA","x":1}"#, "found an object with more than `base64`"),
        (r#"[{"text":"AA"}]"#, "at $[0]: expected list<u8>, found an object without `base64`"),
        (r#"["AA"]"#, r#"found "AA"; base64 is written as {"base64": "..."}"#),
        (r#"{"bytes":"AA"}"#, "there is no argument `bytes`; there is data"),
        (r#"[[1,256]]"#, "at $[0][1]: expected u8, found 256"),
    ] {
        let error = one(line).unwrap_err();
        assert!(error.contains(said), "{line}: {error}");
    }
}

#[test]
fn bytes_in_a_value_are_told_as_base64_where_that_is_asked_for() {
    let bytes = || list(JsonShape::U8);
    let cases = vec![("some".to_owned(), Some(bytes())), ("none".to_owned(), None)];
    for (shape, value, told) in [
        (
            JsonShape::Record(params(&[("n", JsonShape::U8), ("data", bytes())])),
            r#"{"n":1,"data":[1,255]}"#,
            r#"{"n":1,"data":{"base64":"Af8="}}"#,
        ),
        (JsonShape::Tuple(vec![bytes(), list(JsonShape::U16)]), "[[], [1]]", r#"[{"base64":""},[1]]"#),
        (list(bytes()), "[[0],[]]", r#"[{"base64":"AA=="},{"base64":""}]"#),
        (option(option(bytes())), r#"{"some":[0]}"#, r#"{"some":{"base64":"AA=="}}"#),
        (result(None, Some(bytes())), r#"{"err":[0]}"#, r#"{"err":{"base64":"AA=="}}"#),
        (JsonShape::Variant(cases), r#"{"some":[0]}"#, r#"{"some":{"base64":"AA=="}}"#),
        (list(JsonShape::S8), "[1]", "[1]"),
    ] {
        let values = read(&[("a", shape.clone())], &format!("[{value}]")).unwrap();
        assert_eq!(lift::json(values.first(), Some(&shape), 1000).unwrap(), told, "{shape}");
        // It is read again as it is told.
        assert_eq!(read(&[("a", shape.clone())], &format!("[{told}]")), Ok(values), "{shape}");
    }
}

#[test]
fn an_error_is_a_message() {
    assert_eq!(lift::message(&Val::String("no\nway".to_owned())), "no\nway");
    assert_eq!(lift::message(&Val::Enum("not-found".to_owned())), "not-found");
    let record = Val::Record(vec![("place".to_owned(), Val::U32(1))]);
    assert_eq!(lift::message(&record), "{\"place\":1}");
}

fn name() -> impl Strategy<Value = String> {
    "[a-z]{1,3}"
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(name(), 1..5).prop_map(|names| names.into_iter().collect())
}

fn shape() -> impl Strategy<Value = JsonShape> {
    let leaf = prop_oneof![
        Just(JsonShape::Bool),
        Just(list(JsonShape::U8)),
        Just(JsonShape::S8),
        Just(JsonShape::U16),
        Just(JsonShape::S32),
        Just(JsonShape::S64),
        Just(JsonShape::U64),
        Just(JsonShape::F32),
        Just(JsonShape::F64),
        Just(JsonShape::Char),
        Just(JsonShape::String),
        names().prop_map(JsonShape::Enum),
        names().prop_map(JsonShape::Flags),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let maybe = || prop::option::of(boxed());
        let named = (names(), prop::collection::vec(inner.clone(), 5));
        let cases = (names(), prop::collection::vec(prop::option::of(inner.clone()), 5));
        prop_oneof![
            boxed().prop_map(JsonShape::List),
            boxed().prop_map(JsonShape::Option),
            (maybe(), maybe()).prop_map(|(ok, err)| JsonShape::Result(ok, err)),
            prop::collection::vec(inner.clone(), 1..4).prop_map(JsonShape::Tuple),
            named.prop_map(|(names, shapes)| JsonShape::Record(names.into_iter().zip(shapes).collect())),
            cases.prop_map(|(names, shapes)| JsonShape::Variant(names.into_iter().zip(shapes).collect())),
        ]
    })
}

/// Some value of a type.
fn value(shape: &JsonShape, random: &mut fastrand::Rng) -> Val {
    let boxed = |shape: &JsonShape, random: &mut fastrand::Rng| Some(Box::new(value(shape, random)));
    match shape {
        JsonShape::Bool => Val::Bool(random.bool()),
        JsonShape::S8 => Val::S8(random.i8(..)),
        JsonShape::U8 => Val::U8(random.u8(..)),
        JsonShape::S16 => Val::S16(random.i16(..)),
        JsonShape::U16 => Val::U16(random.u16(..)),
        JsonShape::S32 => Val::S32(random.i32(..)),
        JsonShape::U32 => Val::U32(random.u32(..)),
        JsonShape::S64 => Val::S64(random.i64(..)),
        JsonShape::U64 => Val::U64(random.u64(..)),
        // Any bits: also those of what is no number.
        JsonShape::F32 => Val::Float32(f32::from_bits(random.u32(..))),
        JsonShape::F64 => Val::Float64(f64::from_bits(random.u64(..))),
        JsonShape::Char => Val::Char(random.char(..)),
        JsonShape::String => Val::String((0..random.usize(..4)).map(|_| random.char(..)).collect()),
        JsonShape::List(of) => Val::List((0..random.usize(..4)).map(|_| value(of, random)).collect()),
        JsonShape::Tuple(parts) => Val::Tuple(parts.iter().map(|part| value(part, random)).collect()),
        JsonShape::Record(fields) => {
            Val::Record(fields.iter().map(|(name, field)| (name.clone(), value(field, random))).collect())
        }
        JsonShape::Variant(cases) => {
            let (name, payload) = &cases[random.usize(..cases.len())];
            Val::Variant(name.clone(), payload.as_ref().and_then(|payload| boxed(payload, random)))
        }
        JsonShape::Enum(names) => Val::Enum(names[random.usize(..names.len())].clone()),
        JsonShape::Flags(names) => Val::Flags(names.iter().filter(|_| random.bool()).cloned().collect()),
        JsonShape::Option(of) => Val::Option(random.bool().then(|| boxed(of, random)).flatten()),
        JsonShape::Result(ok, err) => {
            let is_ok = random.bool();
            let mut some =
                |shape: &Option<Box<JsonShape>>| shape.as_ref().and_then(|shape| boxed(shape, random));
            Val::Result(if is_ok { Ok(some(ok)) } else { Err(some(err)) })
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(shape in shape(), seed: u64) {
        let value = value(&shape, &mut fastrand::Rng::with_seed(seed));
        // With bytes as numbers, and as base64.
        for told in [None, Some(&shape)] {
            let text = lift::json(Some(&value), told, 1 << 20).unwrap();
            for line in [format!("[{text}]"), format!("{{\"parameter\":{text}}}")] {
                let again = read(&[("parameter", shape.clone())], &line);
                prop_assert_eq!(again, Ok(vec![value.clone()]), "{}: {}", &shape, &line);
            }
        }
    }

    #[test]
    fn whatever_comes_is_read_or_refused(shape in shape(), line in "\\PC{0,40}|[\\[\\]{}\",:0-9a-z]{0,30}") {
        drop(read(&[("a", shape)], &line));
    }
}
