//! Imports of every kind, judged by what they hold, and held against what linking says.

use super::super::super::{engine, linking};
use super::super::look;
use wasmtime::component::Component;

/// What is wrong with a component that imports this; nothing where it is fine.
fn judged(imports: &str) -> String {
    let bytes = wat::parse_str(format!("(component {imports})")).unwrap();
    let refusal = look(&bytes).unwrap().check_imports().err();
    if refusal.is_none() {
        let engine = engine::on_demand(engine::EngineSettings::usual()).unwrap();
        let component = Component::new(&engine, &bytes).unwrap();
        if let Err(error) = linking::link_component(&engine, &component) {
            panic!("{imports} was let pass, and cannot be linked: {error:#}");
        }
    }
    refusal.map(|refusal| format!("{}: {}", refusal.code, refusal.message)).unwrap_or_default()
}

const POINT: &str = r#"(import "acme:geo/types@1.0.0" (instance $types
    (type $p (record (field "x" u32))) (export "point" (type (eq $p)))))
    (alias export $types "point" (type $point))"#;

#[test]
fn imports_that_need_nobody_are_fine() {
    let used_by_api = format!(
        r#"{POINT} (import "acme:geo/api@1.0.0" (instance
            (alias outer 1 $point (type $q)) (export "point" (type (eq $q)))))"#
    );
    let unused_function = format!(
        r#"{POINT} (import "acme:geo/api@1.0.0" (instance
            (alias outer 1 $point (type $q)) (export "point" (type $r (eq $q)))
            (export "move" (func (param "to" $r)))))"#
    );
    for imports in [
        "",
        r#"(import "acme:empty/none" (instance))"#,
        POINT,
        &used_by_api,
        &unused_function,
        // Instances within instances.
        r#"(import "acme:deep/outer" (instance (export "inner" (instance (type $t (list u8)) (export "t" (type (eq $t)))))))"#,
        r#"(import "acme:deep/outer" (instance (export "inner" (instance (export "f" (func))))))"#,
        // Types of the world itself.
        r#"(type $t (enum "a")) (import "t" (type (eq $t)))"#,
        // What is here, under any version of the line.
        r#"(import "wasi:random/random@0.2.0" (instance $i (export "get-random-u64" (func (result u64)))))
           (alias export $i "get-random-u64" (func))"#,
        r#"(import "wasi:random/random@0.2.99" (instance $i (export "get-random-u64" (func (result u64)))
           (export "of-the-future" (func)))) (alias export $i "get-random-u64" (func))"#,
        // A resource of an interface that is here, named again by one that is not.
        r#"(import "wasi:io/error@0.2.1" (instance $io (export "error" (type (sub resource)))))
           (alias export $io "error" (type $error))
           (import "acme:own/errors" (instance (alias outer 1 $error (type $e)) (export "error" (type (eq $e))))) "#,
        // Types of a WASI that is not here.
        r#"(import "wasi:http/types@0.2.0" (instance (type $m (variant (case "get"))) (export "method" (type (eq $m)))))"#,
        r#"(import "polymer:task/types@0.1.7" (instance (type $m (variant (case "get"))) (export "x" (type (eq $m)))))"#,
        r#"(import "polymer:task/host@0.1.7" (instance $i (export "progress" (func (param "done" u64) (param "total" u64)))
           (export "of-the-future" (func)))) (alias export $i "progress" (func))"#,
    ] {
        assert_eq!(judged(imports), "", "{imports}");
    }
}

#[test]
fn what_is_missing_is_named_whole() {
    let used = |name: &str, function: &str| {
        format!(
            r#"(import "{name}" (instance ${function} (export "{function}" (func)))) (alias export ${function} "{function}" (func))"#
        )
    };
    let several =
        used("acme:db/store@1.0.0", "get") + &used("acme:log/out", "say") + r#"(import "now" (func))"#;
    let many: String = (0..20).map(|at| used(&format!("acme:n{at}/i"), &format!("f{at}"))).collect();
    let wide: String = (0..10).map(|at| format!(r#"(export "f{at}" (func))"#)).collect();
    let aliased: String = (0..10).map(|at| format!(r#"(alias export $i "f{at}" (func))"#)).collect();
    for (imports, words) in [
        (several.clone(), &["`acme:db/store@1.0.0` (`get`), `acme:log/out` (`say`) and `now`, which nothing"][..]),
        (several, &["wasi:cli", "polymer:task/host", "wac plug"]),
        (many, &["`acme:n7/i` (`f7`) and 12 more"]),
        (
            format!(r#"(import "acme:wide/i" (instance $i {wide})) {aliased}"#),
            &["`acme:wide/i` (`f0`, `f1`, `f2`, `f3`, `f4`, `f5` and 4 more)"],
        ),
        (
            r#"(import "acme:db/rows" (instance $i (export "row" (type $r (sub resource)))
               (export "[method]row.get" (func (param "self" (borrow $r))))))
               (alias export $i "[method]row.get" (func))"#
                .to_owned(),
            &["`acme:db/rows` (resource `row` and `[method]row.get`)"],
        ),
        (r#"(import "row" (type (sub resource)))"#.to_owned(), &["imports resource `row`, which nothing"]),
        (r#"(import "m" (core module))"#.to_owned(), &["imports core module `m`"]),
        (r#"(import "c" (component))"#.to_owned(), &["imports component `c`"]),
        (
            r#"(import "acme:deep/outer" (instance $o (export "inner" (instance (export "f" (func))))))
               (alias export $o "inner" (instance))"#
                .to_owned(),
            &["`acme:deep/outer/inner` (`f`)"],
        ),
        // Handed on whole, any of its functions may be called.
        (
            r#"(import "acme:db/store" (instance $i (export "get" (func)))) (export "acme:db/again" (instance $i))"#.to_owned(),
            &["`acme:db/store` (`get`)"],
        ),
        (
            r#"(import "acme:db/store" (instance $i (export "get" (func))))
               (component $c (import "s" (instance (export "get" (func)))))
               (instance (instantiate $c (with "s" (instance $i))))"#
                .to_owned(),
            &["`acme:db/store` (`get`)"],
        ),
        (used("wasi:random/random@0.2.99", "of-the-future"), &["`wasi:random/random@0.2.99` (`of-the-future`)", "0.2.12"]),
        (used("wasi:random/random@0.2.0-rc-2023-11-10", "get-random-u64"), &["0.2.0-rc-2023-11-10", "0.2.0 to 0.2.12"]),
        (used("wasi:http/outgoing-handler@0.2.0", "handle"), &["`wasi:http/outgoing-handler@0.2.0` (`handle`)"]),
        (used("wasi:cli/environment@0.3.0", "f"), &["unsupported: ", "WASI 0.3", "`wasi:cli/environment@0.3.0` (`f`)"]),
        (used("polymer:task/host@0.2.0", "log"), &["`polymer:task/host@0.2.0` (`log`)"]),
    ] {
        let said = judged(&imports);
        for words in words {
            assert!(said.contains(words), "`{words}` is not said of {imports}: {said}");
        }
        assert!(said.len() < 1500, "{said}");
    }
}

#[test]
fn of_core_modules_all_that_is_missing_is_named() {
    let judged = |text: &str| {
        let bytes = wat::parse_str(format!("(module {text})")).unwrap();
        look(&bytes).unwrap().check_imports().err().map(|refusal| refusal.message).unwrap_or_default()
    };
    assert_eq!(judged(r#"(import "wasi_snapshot_preview1" "fd_write" (func))"#), "");
    let several = r#"(import "env" "f" (func)) (import "wasi_snapshot_preview1" "sock_open" (func))
        (import "env" "memory" (memory 1)) (import "env" "t" (table 1 funcref)) (import "my" "g" (global i32))"#;
    let said = judged(several);
    let all = "it imports `env.f`, `wasi_snapshot_preview1.sock_open`, `env.memory`, `env.t` and `my.g`, which nothing here provides; \
               here there is `wasi_snapshot_preview1`: build it for `wasm32-wasip1`, without the rest";
    assert_eq!(said, all);
    let many: String = (0..5000).map(|at| format!(r#"(import "env" "f{at}" (func))"#)).collect();
    let said = judged(&many);
    assert!(said.contains("`env.f7` and 4992 more"), "{said}");
    let said = judged(r#"(import "env" "f" (func)) (import "wbg" "a" (func)) (import "wbg" "b" (func))"#);
    assert!(
        said.contains("by wasm-bindgen") && said.contains("(it imports `env.f`, `wbg.a` and `wbg.b`)"),
        "{said}"
    );
}
