//! Schemas that are applied to the same value: all, any or one of several, conditions, and what is
//! about the parts that none has looked at.

use super::check::{ApplyMode, CheckStop, InstanceStep, MisfitReason, SchemaWalk};
use super::node::{NodeId, SchemaNode, SeenParts};
use serde_json::Value;

impl<'s, 'v> SchemaWalk<'s, 'v, '_> {
    /// Schemas for the same value.
    pub(super) fn in_place(
        &mut self,
        node: &'s SchemaNode,
        value: &'v Value,
        how: ApplyMode,
        seen: &mut SeenParts<'v>,
    ) -> Result<(), CheckStop<'v>> {
        let quiet = ApplyMode { quiet: true, ..how };
        if let Value::Object(fields) = value {
            for (_, id) in node.dependents.iter().filter(|(name, _)| fields.contains_key(name)) {
                seen.merge(self.apply(*id, value, how)?);
            }
        }
        if let Some(id) = node.not
            && self.fits(id, value, ApplyMode { tracks: false, ..quiet })?.is_some()
        {
            return self
                .misfit(how, || MisfitReason::Said("it is what the schema excludes (not)".to_owned()));
        }
        for id in &node.all_of {
            seen.merge(self.apply(*id, value, how)?);
        }
        if !node.any_of.is_empty() {
            self.any_of(&node.any_of, value, how, seen)?;
        }
        if !node.one_of.is_empty() {
            self.one_of(&node.one_of, value, how, seen)?;
        }
        if let Some((condition, then, otherwise)) = node.condition {
            let fits = self.fits(condition, value, quiet)?;
            let next = if fits.is_some() { then } else { otherwise };
            if let Some(found) = fits {
                seen.merge(found);
            }
            if let Some(id) = next {
                seen.merge(self.apply(id, value, how)?);
            }
        }
        Ok(())
    }

    /// Returns whether a value fits, and what was looked at then.
    fn fits(
        &mut self,
        id: NodeId,
        value: &'v Value,
        how: ApplyMode,
    ) -> Result<Option<SeenParts<'v>>, CheckStop<'v>> {
        match self.apply(id, value, ApplyMode { quiet: true, ..how }) {
            Ok(seen) => Ok(Some(seen)),
            Err(CheckStop::Misfit(_)) => Ok(None),
            Err(spent) => Err(spent),
        }
    }

    fn any_of(
        &mut self,
        ids: &'s [NodeId],
        value: &'v Value,
        how: ApplyMode,
        seen: &mut SeenParts<'v>,
    ) -> Result<(), CheckStop<'v>> {
        let (mut fits, mut first) = (false, None);
        for (at, id) in ids.iter().enumerate() {
            match self.apply(*id, value, ApplyMode { quiet: how.quiet || at > 0, ..how }) {
                Ok(found) => {
                    fits = true;
                    seen.merge(found);
                    if !how.tracks {
                        break;
                    }
                }
                Err(CheckStop::Misfit(misfit)) => first = first.or(misfit),
                Err(spent) => return Err(spent),
            }
        }
        if fits { Ok(()) } else { Err(CheckStop::Misfit(first)) }
    }

    fn one_of(
        &mut self,
        ids: &'s [NodeId],
        value: &'v Value,
        how: ApplyMode,
        seen: &mut SeenParts<'v>,
    ) -> Result<(), CheckStop<'v>> {
        let (mut fits, mut first) = (None, None);
        for (at, id) in ids.iter().enumerate() {
            match self.apply(*id, value, ApplyMode { quiet: how.quiet || at > 0, ..how }) {
                Ok(found) => {
                    if let Some((before, _)) = fits {
                        return self.misfit(how, || {
                            MisfitReason::Said(format!("oneOf: both {before} and {at} fit"))
                        });
                    }
                    fits = Some((at, found));
                }
                Err(CheckStop::Misfit(misfit)) => first = first.or(misfit),
                Err(spent) => return Err(spent),
            }
        }
        match fits {
            Some((_, found)) => {
                seen.merge(found);
                Ok(())
            }
            None => Err(CheckStop::Misfit(first)),
        }
    }

    pub(super) fn unevaluated(
        &mut self,
        node: &'s SchemaNode,
        value: &'v Value,
        how: ApplyMode,
        seen: &mut SeenParts<'v>,
    ) -> Result<(), CheckStop<'v>> {
        match (value, node.unevaluated_properties, node.unevaluated_items) {
            (Value::Object(fields), Some(id), _) if !seen.everything => {
                for (name, value) in fields.iter().filter(|(name, _)| !seen.names.contains(name.as_str())) {
                    self.descend(id, InstanceStep::Name(name), value, how)?;
                }
                seen.everything = true;
            }
            (Value::Array(items), _, Some(id)) if !seen.everything => {
                for (at, item) in items.iter().enumerate().filter(|(at, _)| !seen.items.contains(at)) {
                    self.descend(id, InstanceStep::Item(at), item, how)?;
                }
                seen.everything = true;
            }
            _ => {}
        }
        Ok(())
    }
}
