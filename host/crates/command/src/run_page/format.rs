//! The formats of `polymer report` by name.
//!
//! It must never know how one is written.

/// A form in which a run is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// One page with everything in it.
    Html,
    /// The same in short.
    Markdown,
    /// A document that build servers read.
    Junit,
}

impl ReportFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Html, Self::Markdown, Self::Junit];

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Junit => "junit",
        }
    }

    /// The file in a run's folder that it goes to where no other is named; nothing for what is read
    /// on standard output.
    #[must_use]
    pub const fn file_name(self) -> Option<&'static str> {
        match self {
            Self::Html => Some("report.html"),
            Self::Markdown | Self::Junit => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in ReportFormat::ALL {
            assert_eq!(ReportFormat::named(format.name()), Some(format));
        }
        assert_eq!(ReportFormat::named("HTML"), None);
    }
}
