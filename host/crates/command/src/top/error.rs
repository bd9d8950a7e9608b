//! Why `polymer top` shows nothing.

use crate::watch::AskError;
use polymer_host_base::sanitize::one_line;

/// Why no run is shown.
#[derive(Debug, thiserror::Error)]
pub enum TopError {
    /// Standard output is none, or one that cannot go back.
    #[error("polymer top draws on a terminal, and standard output is none that can be drawn on")]
    NoTerminal,
    /// No run answers.
    #[error("no run of yours is under way on this machine")]
    NoRun,
    /// More than one does: the process and the folder of each.
    #[error("several runs are under way:{}", listed(.0))]
    Several(Vec<(u32, Option<String>)>),
    /// That of a process does not.
    #[error("nothing is known of a run of process {pid}: {source}")]
    Process {
        /// The process.
        pid: u32,
        /// Why.
        source: AskError,
    },
}

impl TopError {
    /// What may help.
    pub(crate) const fn hint(&self) -> &'static str {
        match self {
            Self::NoTerminal => {
                "`polymer status DIR --watch` prints where a run stands at intervals; over ssh a terminal takes `ssh -t`"
            }
            Self::NoRun => "`polymer status DIR` shows where the run in a folder stands",
            Self::Several(_) => "name the folder of one, or its process with --pid",
            Self::Process { .. } => "`polymer top` alone finds the runs that are under way",
        }
    }
}

fn listed(runs: &[(u32, Option<String>)]) -> String {
    let run = |(pid, dir): &(u32, Option<String>)| match dir {
        Some(dir) => format!("\n    process {pid} in {}", one_line(dir)),
        None => format!("\n    process {pid}, without a folder"),
    };
    runs.iter().map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_has_a_line_and_no_name_of_a_folder_makes_another() {
        let error = TopError::Several(vec![(7, Some("/a\n\u{1b}".to_owned())), (8, None)]);
        let text = error.to_string();
        assert_eq!(
            text,
            "several runs are under way:\n    process 7 in /a\\u{a}\\u{1b}\n    process 8, without a folder"
        );
    }
}
