//! The formats of `polymer export` by name.
//!
//! It must never know how one is written.

/// A form in which records leave a run's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// A table with commas, as RFC 4180 quotes them.
    Csv,
    /// A table with tabs, and escapes where a cell has some.
    Tsv,
    /// One JSON array.
    Json,
    /// What GNU parallel writes with `--joblog`.
    Joblog,
    /// Trace events, which ui.perfetto.dev shows.
    Perfetto,
}

impl ExportFormat {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Tsv, Self::Json, Self::Joblog, Self::Perfetto];

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Joblog => "joblog",
            Self::Perfetto => "perfetto",
        }
    }

    /// Returns whether `--fields` says what it has of a record.
    #[must_use]
    pub const fn has_fields(self) -> bool {
        match self {
            Self::Csv | Self::Tsv | Self::Json => true,
            Self::Joblog | Self::Perfetto => false,
        }
    }

    /// Returns whether all of it is JSON.
    #[must_use]
    pub const fn is_json(self) -> bool {
        match self {
            Self::Json | Self::Perfetto => true,
            Self::Csv | Self::Tsv | Self::Joblog => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in ExportFormat::ALL {
            assert_eq!(ExportFormat::named(format.name()), Some(format));
        }
        assert_eq!(ExportFormat::named("CSV"), None);
    }
}
