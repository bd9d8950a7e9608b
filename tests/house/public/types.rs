//! Types and signatures as text, with every name by its public path; names that have none are
//! noted.

use super::names::{Crates, Thing, names};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use syn::punctuated::Punctuated;
use syn::{
    Expr, FnArg, GenericArgument, GenericParam, Generics, Pat, PathArguments, Receiver, ReturnType,
    Signature, Type, TypeParamBound, WherePredicate,
};

/// Crates of others that public signatures may name: what they promise, the library promises with
/// them.
const FOREIGN: [&str; 4] = ["std", "futures_core", "serde", "serde_json"];

/// Where a type is written, and what names are its own there.
#[derive(Clone)]
pub(crate) struct Scope<'a> {
    pub(crate) module: &'a [String],
    generics: BTreeSet<String>,
}

impl<'a> Scope<'a> {
    pub(crate) const fn new(module: &'a [String]) -> Self {
        Self { module, generics: BTreeSet::new() }
    }

    /// The same with the parameters of an item in it.
    pub(crate) fn with(&self, generics: &Generics) -> Self {
        let names = generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Lifetime(_) => None,
        });
        Self { module: self.module, generics: self.generics.iter().cloned().chain(names).collect() }
    }
}

/// Writes types.
pub(crate) struct Writer<'a> {
    crates: &'a Crates,
    paths: &'a BTreeMap<Thing, String>,
    /// Paths of items that no public path leads to, named since this was last taken.
    leaks: RefCell<BTreeSet<String>>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(crates: &'a Crates, paths: &'a BTreeMap<Thing, String>) -> Self {
        Self { crates, paths, leaks: RefCell::default() }
    }

    pub(crate) fn take_leaks(&self) -> BTreeSet<String> {
        self.leaks.take()
    }

    pub(crate) fn is_public(&self, thing: &Thing) -> bool {
        self.paths.contains_key(thing)
    }

    pub(crate) fn ty(&self, at: &Scope<'_>, ty: &Type) -> String {
        let inner = |ty: &Type| self.ty(at, ty);
        match ty {
            Type::Path(path) => self.qualified(at, path.qself.as_ref(), &path.path),
            Type::Reference(reference) => {
                let life = reference.lifetime.as_ref().map(|life| format!("{life} ")).unwrap_or_default();
                let mutable = if reference.mutability.is_some() { "mut " } else { "" };
                format!("&{life}{mutable}{}", inner(&reference.elem))
            }
            Type::Slice(slice) => format!("[{}]", inner(&slice.elem)),
            Type::Array(array) => format!("[{}; {}]", inner(&array.elem), expression(&array.len)),
            Type::Tuple(tuple) if tuple.elems.len() == 1 => format!("({},)", self.list(at, &tuple.elems)),
            Type::Tuple(tuple) => format!("({})", self.list(at, &tuple.elems)),
            Type::ImplTrait(bounds) => format!("impl {}", self.bounds(at, &bounds.bounds)),
            Type::TraitObject(bounds) => format!("dyn {}", self.bounds(at, &bounds.bounds)),
            Type::Paren(paren) => format!("({})", inner(&paren.elem)),
            Type::Group(group) => inner(&group.elem),
            Type::Ptr(pointer) if pointer.mutability.is_some() => format!("*mut {}", inner(&pointer.elem)),
            Type::Ptr(pointer) => format!("*const {}", inner(&pointer.elem)),
            Type::BareFn(function) => {
                let takes: Vec<String> = function.inputs.iter().map(|input| inner(&input.ty)).collect();
                format!("fn({}){}", takes.join(", "), self.returns(at, &function.output))
            }
            Type::Never(_) => "!".to_owned(),
            _ => "_".to_owned(),
        }
    }

    fn list<P>(&self, at: &Scope<'_>, types: &Punctuated<Type, P>) -> String {
        types.iter().map(|ty| self.ty(at, ty)).collect::<Vec<_>>().join(", ")
    }

    fn returns(&self, at: &Scope<'_>, output: &ReturnType) -> String {
        match output {
            ReturnType::Default => String::new(),
            ReturnType::Type(_, ty) => format!(" -> {}", self.ty(at, ty)),
        }
    }

    fn qualified(&self, at: &Scope<'_>, qself: Option<&syn::QSelf>, path: &syn::Path) -> String {
        let Some(qself) = qself else { return self.path(at, path) };
        // The first names are the trait's, the others what is taken of it.
        let (of, item) =
            path.segments.iter().enumerate().partition::<Vec<_>, _>(|(at, _)| *at < qself.position);
        let join = |part: Vec<(usize, &syn::PathSegment)>| {
            let segments = part.into_iter().map(|(_, segment)| segment.clone()).collect();
            syn::Path { leading_colon: None, segments }
        };
        let (of, item) = (join(of), names(&join(item)).join("::"));
        format!("<{} as {}>::{item}", self.ty(at, &qself.ty), self.path(at, &of))
    }

    /// A path with its arguments, by the public path of what it leads to.
    pub(crate) fn path(&self, at: &Scope<'_>, path: &syn::Path) -> String {
        let segments = names(path);
        let arguments: String =
            path.segments.iter().map(|segment| self.arguments(at, &segment.arguments)).collect();
        let is_own = segments.first().is_some_and(|first| first == "Self" || at.generics.contains(first));
        if is_own {
            return segments.join("::") + &arguments;
        }
        self.resolved(at.module, &segments) + &arguments
    }

    fn resolved(&self, module: &[String], segments: &[String]) -> String {
        let Some(thing) = self.crates.find_type(module, segments) else { return segments.join("::") };
        if let Some(path) = self.paths.get(&thing) {
            return path.clone();
        }
        let place = match &thing {
            Thing::Foreign(path) => {
                let is_known = |krate: &String| path.len() == 1 || FOREIGN.contains(&krate.as_str());
                if !path.first().is_some_and(is_known) {
                    self.leaks.borrow_mut().insert(path.join("::"));
                }
                return path.join("::");
            }
            Thing::Module(module) | Thing::Item(module, _) => module,
        };
        match self.crates.item(&thing) {
            // A name for a type that has one of its own: that is what people see.
            Some(syn::Item::Type(alias)) => self.ty(&Scope::new(place).with(&alias.generics), &alias.ty),
            item => {
                let name = item.and_then(super::names::head).map(|(name, _)| name.to_string());
                let path = [place.as_slice(), &[name.unwrap_or_default()]].concat().join("::");
                self.leaks.borrow_mut().insert(path.clone());
                path
            }
        }
    }

    fn arguments(&self, at: &Scope<'_>, arguments: &PathArguments) -> String {
        match arguments {
            PathArguments::None => String::new(),
            PathArguments::AngleBracketed(list) => {
                let all: Vec<String> = list.args.iter().map(|argument| self.argument(at, argument)).collect();
                format!("<{}>", all.join(", "))
            }
            PathArguments::Parenthesized(list) => {
                format!("({}){}", self.list(at, &list.inputs), self.returns(at, &list.output))
            }
        }
    }

    fn argument(&self, at: &Scope<'_>, argument: &GenericArgument) -> String {
        match argument {
            GenericArgument::Lifetime(life) => life.to_string(),
            GenericArgument::Type(ty) => self.ty(at, ty),
            GenericArgument::Const(value) => expression(value),
            GenericArgument::AssocType(set) => format!("{} = {}", set.ident, self.ty(at, &set.ty)),
            GenericArgument::Constraint(set) => format!("{}: {}", set.ident, self.bounds(at, &set.bounds)),
            _ => "_".to_owned(),
        }
    }

    pub(crate) fn bounds<P>(&self, at: &Scope<'_>, bounds: &Punctuated<TypeParamBound, P>) -> String {
        let bound = |bound: &TypeParamBound| match bound {
            TypeParamBound::Trait(bound) => {
                let maybe =
                    if matches!(bound.modifier, syn::TraitBoundModifier::Maybe(_)) { "?" } else { "" };
                format!("{maybe}{}", self.path(at, &bound.path))
            }
            TypeParamBound::Lifetime(life) => life.to_string(),
            _ => "_".to_owned(),
        };
        bounds.iter().map(bound).collect::<Vec<_>>().join(" + ")
    }

    /// The parameters of an item in angle brackets, with their bounds; nothing if there are none.
    pub(crate) fn generics(&self, at: &Scope<'_>, generics: &Generics) -> String {
        let parameter = |parameter: &GenericParam| match parameter {
            GenericParam::Lifetime(parameter) => parameter.lifetime.to_string(),
            GenericParam::Type(parameter) if parameter.bounds.is_empty() => parameter.ident.to_string(),
            GenericParam::Type(parameter) => {
                format!("{}: {}", parameter.ident, self.bounds(at, &parameter.bounds))
            }
            GenericParam::Const(parameter) => {
                format!("const {}: {}", parameter.ident, self.ty(at, &parameter.ty))
            }
        };
        let all: Vec<String> = generics.params.iter().map(parameter).collect();
        if all.is_empty() { String::new() } else { format!("<{}>", all.join(", ")) }
    }

    /// What the `where` of an item says, and what the parameters of the block around it are bound
    /// by.
    pub(crate) fn conditions(&self, at: &Scope<'_>, around: Option<&Generics>, own: &Generics) -> String {
        let mut all = Vec::new();
        for parameter in around.into_iter().flat_map(Generics::type_params) {
            if !parameter.bounds.is_empty() {
                all.push(format!("{}: {}", parameter.ident, self.bounds(at, &parameter.bounds)));
            }
        }
        let clauses = around.into_iter().chain([own]).filter_map(|generics| generics.where_clause.as_ref());
        for predicate in clauses.flat_map(|clause| &clause.predicates) {
            if let WherePredicate::Type(bound) = predicate {
                all.push(format!("{}: {}", self.ty(at, &bound.bounded_ty), self.bounds(at, &bound.bounds)));
            }
        }
        if all.is_empty() { String::new() } else { format!(" where {}", all.join(", ")) }
    }

    /// A function by its path; `around` are the parameters of the block that it stands in.
    pub(crate) fn function(
        &self,
        at: &Scope<'_>,
        path: &str,
        sig: &Signature,
        around: Option<&Generics>,
    ) -> String {
        let at = &at.with(&sig.generics);
        let mut words = String::new();
        for (is_set, word) in [
            (sig.constness.is_some(), "const "),
            (sig.asyncness.is_some(), "async "),
            (sig.unsafety.is_some(), "unsafe "),
        ] {
            words.push_str(if is_set { word } else { "" });
        }
        let input = |input: &FnArg| match input {
            FnArg::Receiver(receiver) => self.receiver(at, receiver),
            FnArg::Typed(argument) => {
                let name = match &*argument.pat {
                    Pat::Ident(pattern) => pattern.ident.to_string(),
                    _ => "_".to_owned(),
                };
                format!("{name}: {}", self.ty(at, &argument.ty))
            }
        };
        let inputs: Vec<String> = sig.inputs.iter().map(input).collect();
        format!(
            "{words}fn {path}{}({}){}{}",
            self.generics(at, &sig.generics),
            inputs.join(", "),
            self.returns(at, &sig.output),
            self.conditions(at, around, &sig.generics)
        )
    }

    fn receiver(&self, at: &Scope<'_>, receiver: &Receiver) -> String {
        match (&receiver.reference, receiver.colon_token.is_some()) {
            (_, true) => format!("self: {}", self.ty(at, &receiver.ty)),
            (None, false) => "self".to_owned(),
            (Some((_, life)), false) => {
                let life = life.as_ref().map(|life| format!("{life} ")).unwrap_or_default();
                format!("&{life}{}self", if receiver.mutability.is_some() { "mut " } else { "" })
            }
        }
    }
}

/// The length of an array, or the value of a parameter: a number or a name.
fn expression(value: &Expr) -> String {
    match value {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => number.base10_digits().to_owned(),
        Expr::Path(path) => names(&path.path).join("::"),
        _ => "_".to_owned(),
    }
}
