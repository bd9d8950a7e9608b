//! What a page says of a run beside its tasks, made of the run's manifest.
//!
//! Pure. It must never know how a page is written.

use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::sanitize::one_line;
use polymer_host_base::text::show_time;
use polymer_host_journal::manifest::{LimitFacts, ManifestSession, RunManifest};
use polymer_host_page::RunFacts;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Names and values of a section.
type Rows = Vec<(String, String)>;

/// Those of the run in `dir`.
pub(super) fn facts(dir: &Path, manifest: &RunManifest, is_running: bool) -> RunFacts {
    RunFacts {
        folder: dir.display().to_string(),
        state: state(dir, manifest.sessions.last(), is_running),
        is_running,
        times: times(manifest),
        sections: vec![
            ("Run", run(manifest)),
            ("Limits of a task", limits(&manifest.limits)),
            ("Settings", settings(manifest)),
            ("Jail", jail(manifest)),
            ("Versions", versions(manifest)),
        ],
    }
}

fn state(dir: &Path, last: Option<&ManifestSession>, is_running: bool) -> String {
    let resume = || format!("`polymer resume {}` goes on with it", one_line(&dir.display().to_string()));
    match last {
        _ if is_running => "Still running: this is how it stood when the page was made".to_owned(),
        None => "Nothing has run yet".to_owned(),
        Some(session) if session.complete => "Finished".to_owned(),
        Some(ManifestSession { ended: Some(_), halt, .. }) => {
            let why = if halt.is_empty() { String::new() } else { format!(" ({})", one_line(halt)) };
            format!("Stopped before its end{why}; {}", resume())
        }
        Some(_) => format!("Its supervisor was lost; {}", resume()),
    }
}

/// From when to when, and how long.
fn times(manifest: &RunManifest) -> String {
    let (Some(first), Some(last)) = (manifest.sessions.first(), manifest.sessions.last()) else {
        return String::new();
    };
    let began = moment(&first.started);
    let Some(ended) = &last.ended else { return format!("since {began}") };
    let lasted = manifest.sessions.iter().filter_map(session_time).sum::<Duration>();
    let sessions = match manifest.sessions.len() {
        1 => String::new(),
        sessions => format!(" in {sessions} sessions"),
    };
    format!("{began} to {}, {}{sessions}", moment(ended), show_time(lasted))
}

/// A moment to the second, as people read it.
fn moment(text: &str) -> String {
    let text = one_line(text);
    let seconds = text.split('.').next().unwrap_or_default().trim_end_matches('Z');
    format!("{} UTC", seconds.replace('T', " "))
}

fn session_time(session: &ManifestSession) -> Option<Duration> {
    let moment = |text: &str| humantime::parse_rfc3339(text).ok();
    moment(session.ended.as_deref()?)?.duration_since(moment(&session.started)?).ok()
}

fn run(manifest: &RunManifest) -> Rows {
    let input = match &manifest.input.path {
        Some(path) => path.display().to_string(),
        None => "standard input".to_owned(),
    };
    let mut rows = vec![row("input", input), row("started in", manifest.folder.display().to_string())];
    if let Some(sha256) = &manifest.input.sha256 {
        rows.push(row("input sha256", sha256));
    }
    if let Some(merged) = &manifest.merged {
        let machines: BTreeSet<&str> = merged.parts.iter().map(|part| part.host.name.as_str()).collect();
        let (parts, of) = (merged.parts.len(), merged.of);
        rows.push(row("merged of", format!("{parts} partitions of {of}, of {} machines", machines.len())));
    }
    let modules = manifest.modules.iter().map(|(name, digest)| {
        let digest = manifest.rebuilt.get(name).unwrap_or(digest);
        row(&format!("module {name}"), digest)
    });
    rows.extend(modules);
    rows.extend(manifest.grants.iter().map(|grant| row("grant", grant)));
    rows
}

fn limits(limits: &LimitFacts) -> Rows {
    let LimitFacts { fuel, timeout_s, cpu_s, memory, input, output, log } = limits;
    let seconds = |seconds: f64| show_time(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    let mut rows = vec![row("time", seconds(*timeout_s))];
    rows.extend(cpu_s.map(|cpu| row("CPU time", seconds(cpu))));
    rows.push(row("fuel", fuel.map_or_else(|| "off".to_owned(), show_fuel)));
    let sizes = [("memory", memory), ("input", input), ("output", output), ("log", log)];
    rows.extend(sizes.map(|(name, size)| row(name, show_size(*size))));
    rows
}

fn settings(manifest: &RunManifest) -> Rows {
    let is_set = |values: &[String]| !values.is_empty() && *values != ["false"];
    let set = manifest.settings.iter().filter(|(_, values)| is_set(values));
    set.map(|(name, values)| row(name, values.join(", "))).collect()
}

fn jail(manifest: &RunManifest) -> Rows {
    let Some(jail) = &manifest.jail else { return vec![row("jail", "not known: no worker was up")] };
    let list = |layers: &[String]| if layers.is_empty() { "none".to_owned() } else { layers.join(", ") };
    vec![row("layers", list(&jail.active)), row("not on this machine", list(&jail.missing))]
}

fn versions(manifest: &RunManifest) -> Rows {
    let host = &manifest.host;
    vec![
        row("polymer", &manifest.polymer),
        row("page made by", env!("CARGO_PKG_VERSION")),
        row("engine", manifest.engine.as_deref().unwrap_or("not known: no worker was up")),
        row("machine", format!("{}, {} cores", host.name, host.cores)),
        row("system", &host.system),
    ]
}

fn row(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(complete: bool, ended: bool, halt: &str) -> ManifestSession {
        ManifestSession {
            started: "2026-11-22T14:00:00Z".to_owned(),
            ended: ended.then(|| "2026-11-22T14:01:30Z".to_owned()),
            complete,
            halt: halt.to_owned(),
            reads_input: true,
        }
    }

    #[test]
    fn the_state_of_a_run_says_what_can_be_done() {
        let shown = |session: &ManifestSession, is_running| state(Path::new("d"), Some(session), is_running);
        assert_eq!(shown(&session(true, true, ""), false), "Finished");
        assert!(shown(&session(false, false, ""), true).starts_with("Still running"));
        let stopped = "Stopped before its end (20 failures); `polymer resume d` goes on with it";
        assert_eq!(shown(&session(false, true, "20 failures"), false), stopped);
        let lost = "Its supervisor was lost; `polymer resume d` goes on with it";
        assert_eq!(shown(&session(false, false, ""), false), lost);
        assert_eq!(state(Path::new("d"), None, false), "Nothing has run yet");
    }

    #[test]
    fn the_time_of_a_run_is_that_of_its_sessions() {
        assert_eq!(moment("2026-11-22T14:00:00.123456Z"), "2026-11-22 14:00:00 UTC");
        assert_eq!(session_time(&session(true, true, "")), Some(Duration::from_secs(90)));
        assert_eq!(session_time(&session(false, false, "")), None);
    }
}
