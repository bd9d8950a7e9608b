//! What values are in JSON, both ways.

use super::super::request::InputKind;
use super::lift;
use super::lower::arguments;
use super::typed::Arguments;
use super::types::Shape;
use polymer_host_task::Verdict;
use proptest::prelude::*;
use wasmtime::component::Val;

const ROOM: u64 = 64 << 20;

fn params(shapes: &[(&str, Shape)]) -> Vec<(String, Shape)> {
    shapes.iter().map(|(name, shape)| ((*name).to_owned(), shape.clone())).collect()
}

fn read(shapes: &[(&str, Shape)], input: &str) -> Result<Vec<Val>, String> {
    let read = arguments(&params(shapes), InputKind::Json, input.as_bytes(), ROOM);
    read.map(values).map_err(|(verdict, fault)| {
        assert_eq!(verdict, Verdict::BadInput);
        format!("{}: {}", fault.code, fault.message)
    })
}

/// Arguments as values, whichever they are.
fn values(arguments: Arguments) -> Vec<Val> {
    arguments.into_values().as_values().to_vec()
}

fn list(of: Shape) -> Shape {
    Shape::List(Box::new(of))
}

fn option(of: Shape) -> Shape {
    Shape::Option(Box::new(of))
}

fn point() -> Shape {
    Shape::Record(params(&[("x", Shape::S32), ("label", option(Shape::String))]))
}

fn figure() -> Shape {
    let cases = [("circle", Some(Shape::F64)), ("none", None)];
    Shape::Variant(cases.map(|(name, shape)| (name.to_owned(), shape)).to_vec())
}

fn flags() -> Shape {
    Shape::Flags(vec!["r".to_owned(), "w".to_owned(), "x".to_owned()])
}

fn result(ok: Option<Shape>, err: Option<Shape>) -> Shape {
    Shape::Result(ok.map(Box::new), err.map(Box::new))
}

/// What is read as a value is written as this.
#[track_caller]
fn check(shape: Shape, input: &str, output: &str) {
    let values = read(&[("a", shape.clone())], &format!("[{input}]")).unwrap();
    assert_eq!(lift::json(values.first(), None, 1000).unwrap(), output, "{shape}");
}

#[test]
fn each_type_has_its_form() {
    check(Shape::Bool, "true", "true");
    check(Shape::U8, "255", "255");
    check(Shape::S64, "-9223372036854775808", "-9223372036854775808");
    check(Shape::U64, "\"18446744073709551615\"", "18446744073709551615");
    check(Shape::F32, "0.1", "0.1");
    check(Shape::F64, "1e300", "1e+300");
    check(Shape::F64, "\"-inf\"", "\"-inf\"");
    check(Shape::F32, "\"nan\"", "\"nan\"");
    check(Shape::Char, "\"\\u00e4\"", "\"ä\"");
    check(Shape::String, "\"a\\nb\"", "\"a\\nb\"");
    check(list(Shape::U8), "[1, 2]", "[1,2]");
    check(point(), "{\"label\": null, \"x\": 1}", "{\"x\":1,\"label\":null}");
    check(point(), "{\"x\": 1}", "{\"x\":1,\"label\":null}");
    check(Shape::Tuple(vec![Shape::Bool, Shape::Char]), "[true, \"c\"]", "[true,\"c\"]");
    check(figure(), "{\"circle\": 1}", "{\"circle\":1.0}");
    check(figure(), "\"none\"", "\"none\"");
    check(figure(), "{\"none\": null}", "\"none\"");
    check(Shape::Enum(vec!["a".to_owned()]), "\"a\"", "\"a\"");
    check(flags(), "[\"x\", \"r\"]", "[\"r\",\"x\"]");
    check(result(Some(Shape::U8), None), "{\"ok\": 1}", "{\"ok\":1}");
    check(result(Some(Shape::U8), None), "{\"err\": null}", "{\"err\":null}");
    check(option(Shape::U8), "null", "null");
    check(option(Shape::U8), "7", "7");
    check(option(option(Shape::U8)), "null", "null");
    check(option(option(Shape::U8)), "{\"some\": null}", "{\"some\":null}");
    check(option(option(Shape::U8)), "{\"some\": 7}", "{\"some\":7}");
    check(option(figure()), "{\"circle\": 0}", "{\"circle\":0.0}");
}

#[test]
fn a_line_is_an_array_an_object_or_the_one_argument() {
    let two = [("a", Shape::U8), ("b", option(Shape::String))];
    let values = Ok(vec![Val::U8(1), Val::Option(None)]);
    assert_eq!(read(&two, "[1, null]"), values);
    assert_eq!(read(&two, " {\"b\": null, \"a\": 1} "), values);
    assert_eq!(read(&two, "{\"a\": 1}"), values);
    for none in ["null", "[]", "{}"] {
        assert_eq!(read(&[], none), Ok(Vec::new()));
    }
    let one = [("a", Shape::U8)];
    for line in ["1", "[1]", "{\"a\": 1}"] {
        assert_eq!(read(&one, line), Ok(vec![Val::U8(1)]));
    }
    // An array is always the arguments.
    assert_eq!(read(&[("a", list(Shape::U8))], "[[1]]"), Ok(vec![Val::List(vec![Val::U8(1)])]));
    assert!(read(&[("a", list(Shape::U8))], "[1]").is_err());
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
    let optional = Shape::Record(params(&[("x", option(Shape::U8))]));
    let empty = Val::Record(vec![("x".to_owned(), Val::Option(None))]);
    assert_eq!(read(&[("p", optional)], "{}"), Ok(vec![empty]));
}

#[test]
fn text_and_files_are_the_one_string_or_bytes() {
    let given =
        |shape, kind, input: &[u8]| arguments(&params(&[("a", shape)]), kind, input, ROOM).map(values);
    let text = given(Shape::String, InputKind::Line, b"a b\r\n").unwrap();
    assert_eq!(text, [Val::String("a b".to_owned())]);
    let bytes = given(list(Shape::U8), InputKind::Bytes, b"\xff\n").unwrap();
    assert_eq!(bytes, [Val::List(vec![Val::U8(255), Val::U8(10)])]);
    assert_eq!(given(Shape::String, InputKind::Bytes, b"\xff").unwrap_err().1.code, "not_utf8");
    let refused = given(Shape::U8, InputKind::Line, b"1").unwrap_err();
    assert!(refused.1.message.contains("takes 1 argument (a: u8)"), "{refused:?}");
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let two = [("a", Shape::U8), ("p", list(point()))];
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
        (Shape::Char, "\"ab\"", "expected char, found \"ab\""),
        (Shape::Char, "\"\"", "expected char, found \"\""),
        (Shape::Bool, "0", "expected bool, found 0"),
        (Shape::String, "null", "expected string, found null"),
        (figure(), "\"circle\"", "found the case `circle` without its value"),
        (figure(), "{\"none\": 1}", "at $[0].none: expected null, found 1"),
        (figure(), "{}", "found an empty object"),
        (figure(), "{\"circle\": 1, \"none\": null}", "found an object with more than one key"),
        (flags(), "[\"r\", \"q\"]", "at $[0][1]: expected flags { r, w, x }, found \"q\""),
        (flags(), "[\"r\", \"r\"]", "at $[0][1]: the flag \"r\" is given twice"),
        (flags(), "[1]", "found 1"),
        (result(None, None), "\"ok\"", "expected result, found \"ok\""),
        (result(None, None), "{\"no\": null}", "found the case `no`"),
        (option(option(Shape::U8)), "7", "expected option<option<u8>>, found 7"),
        (option(option(Shape::U8)), "{\"none\": 1}", "found an object without `some`"),
        (Shape::Tuple(vec![Shape::U8]), "[1, 2]", "expected tuple<u8>, found more in the array"),
        (Shape::F64, "1e999", "expected f64, found 1e999"),
        (Shape::U8, "{\"a\": [1]}", "expected u8, found an object"),
    ] {
        let error = read(&[("a", shape)], &format!("[{value}]")).unwrap_err();
        assert!(error.starts_with("argument: at $[0]") && error.contains(said), "{value}: {error}");
    }
}

#[test]
fn arguments_and_results_are_bounded() {
    let many = format!("[[{}1]]", "1,".repeat(10_000));
    let bytes = params(&[("a", list(Shape::U8))]);
    let refused = arguments(&bytes, InputKind::Json, many.as_bytes(), 100_000).unwrap_err();
    assert_eq!((refused.0, refused.1.code.as_str()), (Verdict::BadInput, "too_long"));
    assert!(refused.1.message.contains("more than 97.6 KiB as values"), "{refused:?}");
    let text = Val::String("\u{1}".repeat(100));
    assert_eq!(lift::json(Some(&text), None, 601).unwrap_err().0, Verdict::OutputExceeded);
    assert_eq!(lift::json(Some(&text), None, 602).unwrap().len(), 602);
    // As deep as JSON may be for its reader.
    let deep = (0..99).fold(Shape::U8, |of, _| list(of));
    let line = format!("[{}1{}]", "[".repeat(99), "]".repeat(99));
    assert!(read(&[("a", deep)], &line).is_ok());
}

#[test]
fn bytes_come_as_an_array_or_as_base64_wherever_they_stand() {
    let bytes = || list(Shape::U8);
    let one = |line: &str| read(&[("data", bytes())], line);
    let value = || Val::List(vec![Val::U8(1), Val::U8(255)]);
    let both =
        [r#"[[1,255]]"#, r#"{"data":[1,255]}"#, r#"[{"base64":"Af8="}]"#, r#"{"data":{"base64":"Af8"}}"#];
    for line in both.into_iter().chain([r#"{"base64":"Af8="}"#]) {
        assert_eq!(one(line), Ok(vec![value()]), "{line}");
    }
    assert_eq!(one(r#"{"base64":""}"#), Ok(vec![Val::List(Vec::new())]));
    let record = Shape::Record(params(&[("data", bytes()), ("more", option(bytes()))]));
    let read_record = read(&[("r", record)], r#"{"data":{"base64":"Af8="},"more":{"base64":"Af8="}}"#);
    let fields = [("data", value()), ("more", Val::Option(Some(Box::new(value()))))];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    assert_eq!(read_record, Ok(vec![Val::Record(fields)]));
    // A parameter that is called so is named by it, as any other.
    assert_eq!(read(&[("base64", bytes())], r#"{"base64":[1,255]}"#), Ok(vec![value()]));
    for (line, said) in [
        (r#"{"base64":"A"}"#, "at $.base64: it is no base64: "),
        (r#"{"base64":1}"#, "at $.base64: expected base64, found 1"),
        (r#"{"base64":"AA","x":1}"#, "found an object with more than `base64`"),
        (r#"[{"text":"AA"}]"#, "at $[0]: expected list<u8>, found an object without `base64`"),
        (r#"["AA"]"#, r#"found "AA"; base64 goes as {"base64": "..."}"#),
        (r#"{"bytes":"AA"}"#, "there is no argument `bytes`; there is data"),
        (r#"[[1,256]]"#, "at $[0][1]: expected u8, found 256"),
    ] {
        let error = one(line).unwrap_err();
        assert!(error.contains(said), "{line}: {error}");
    }
}

#[test]
fn bytes_in_a_value_are_told_as_base64_where_that_is_asked_for() {
    let bytes = || list(Shape::U8);
    let cases = vec![("some".to_owned(), Some(bytes())), ("none".to_owned(), None)];
    for (shape, value, told) in [
        (
            Shape::Record(params(&[("n", Shape::U8), ("data", bytes())])),
            r#"{"n":1,"data":[1,255]}"#,
            r#"{"n":1,"data":{"base64":"Af8="}}"#,
        ),
        (Shape::Tuple(vec![bytes(), list(Shape::U16)]), "[[], [1]]", r#"[{"base64":""},[1]]"#),
        (list(bytes()), "[[0],[]]", r#"[{"base64":"AA=="},{"base64":""}]"#),
        (option(option(bytes())), r#"{"some":[0]}"#, r#"{"some":{"base64":"AA=="}}"#),
        (result(None, Some(bytes())), r#"{"err":[0]}"#, r#"{"err":{"base64":"AA=="}}"#),
        (Shape::Variant(cases), r#"{"some":[0]}"#, r#"{"some":{"base64":"AA=="}}"#),
        (list(Shape::S8), "[1]", "[1]"),
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

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Bool),
        Just(list(Shape::U8)),
        Just(Shape::S8),
        Just(Shape::U16),
        Just(Shape::S32),
        Just(Shape::S64),
        Just(Shape::U64),
        Just(Shape::F32),
        Just(Shape::F64),
        Just(Shape::Char),
        Just(Shape::String),
        names().prop_map(Shape::Enum),
        names().prop_map(Shape::Flags),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let maybe = || prop::option::of(boxed());
        let named = (names(), prop::collection::vec(inner.clone(), 5));
        let cases = (names(), prop::collection::vec(prop::option::of(inner.clone()), 5));
        prop_oneof![
            boxed().prop_map(Shape::List),
            boxed().prop_map(Shape::Option),
            (maybe(), maybe()).prop_map(|(ok, err)| Shape::Result(ok, err)),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Shape::Tuple),
            named.prop_map(|(names, shapes)| Shape::Record(names.into_iter().zip(shapes).collect())),
            cases.prop_map(|(names, shapes)| Shape::Variant(names.into_iter().zip(shapes).collect())),
        ]
    })
}

/// Some value of a type.
fn value(shape: &Shape, random: &mut fastrand::Rng) -> Val {
    let boxed = |shape: &Shape, random: &mut fastrand::Rng| Some(Box::new(value(shape, random)));
    match shape {
        Shape::Bool => Val::Bool(random.bool()),
        Shape::S8 => Val::S8(random.i8(..)),
        Shape::U8 => Val::U8(random.u8(..)),
        Shape::S16 => Val::S16(random.i16(..)),
        Shape::U16 => Val::U16(random.u16(..)),
        Shape::S32 => Val::S32(random.i32(..)),
        Shape::U32 => Val::U32(random.u32(..)),
        Shape::S64 => Val::S64(random.i64(..)),
        Shape::U64 => Val::U64(random.u64(..)),
        // Any bits: also those of what is no number.
        Shape::F32 => Val::Float32(f32::from_bits(random.u32(..))),
        Shape::F64 => Val::Float64(f64::from_bits(random.u64(..))),
        Shape::Char => Val::Char(random.char(..)),
        Shape::String => Val::String((0..random.usize(..4)).map(|_| random.char(..)).collect()),
        Shape::List(of) => Val::List((0..random.usize(..4)).map(|_| value(of, random)).collect()),
        Shape::Tuple(parts) => Val::Tuple(parts.iter().map(|part| value(part, random)).collect()),
        Shape::Record(fields) => {
            Val::Record(fields.iter().map(|(name, field)| (name.clone(), value(field, random))).collect())
        }
        Shape::Variant(cases) => {
            let (name, payload) = &cases[random.usize(..cases.len())];
            Val::Variant(name.clone(), payload.as_ref().and_then(|payload| boxed(payload, random)))
        }
        Shape::Enum(names) => Val::Enum(names[random.usize(..names.len())].clone()),
        Shape::Flags(names) => Val::Flags(names.iter().filter(|_| random.bool()).cloned().collect()),
        Shape::Option(of) => Val::Option(random.bool().then(|| boxed(of, random)).flatten()),
        Shape::Result(ok, err) => {
            let is_ok = random.bool();
            let mut some = |shape: &Option<Box<Shape>>| shape.as_ref().and_then(|shape| boxed(shape, random));
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
