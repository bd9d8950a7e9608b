//! Facts about a module once a worker has inspected it. The supervisor never inspects it itself.

/// Form of a module, detected in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleForm {
    /// A component that exports `polymer:task/guest`.
    Typed,
    /// A core module that keeps to the contract of `polymer:task/guest`, and imports nothing but
    /// its host and WASI preview 1.
    TypedModule,
    /// A component that exports `wasi:cli/run`.
    CommandComponent,
    /// A core module with `_start` that imports WASI preview 1.
    CommandModule,
    /// Any other component: no task, but its functions can be called.
    Component,
}

/// Way in which a run enters its modules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum EntryMode {
    /// As what they are: tasks.
    #[default]
    Task,
    /// By this exported function of a component.
    Function(String),
    /// Not at all: only what they offer is wanted.
    Look,
}

impl ModuleForm {
    /// Returns whether tasks of this form take a stdin and give a stdout.
    #[must_use]
    pub const fn is_command(self) -> bool {
        match self {
            Self::Typed | Self::TypedModule | Self::Component => false,
            Self::CommandComponent | Self::CommandModule => true,
        }
    }
}

/// Name of the function that a command exports to say that its inputs are programs, which it
/// interprets. It is never called.
pub const INTERPRETER_MARK: &str = "polymer-interpreter";

/// Facts about a module that compiled and linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleInfo {
    /// Its form.
    pub form: ModuleForm,
    /// The tasks it offers; empty for commands.
    pub tasks: Vec<TaskInfo>,
    /// The interfaces or functions it imports.
    pub imports: Vec<String>,
    /// The function that the run calls; of programs, and of modules that are only inspected, what
    /// they export beside their entry.
    pub functions: Vec<FunctionInfo>,
}

impl ModuleInfo {
    /// Returns whether its inputs are programs: it is a command that exports
    /// [`INTERPRETER_MARK`].
    #[must_use]
    pub fn is_interpreter(&self) -> bool {
        self.form.is_command() && self.functions.iter().any(|function| function.name == INTERPRETER_MARK)
    }
}

/// An exported function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionInfo {
    /// The run calls it, in place of tasks.
    pub called: bool,
    /// Its name, with the interface that it stands in.
    pub name: String,
    /// Its types, as WIT writes them, with what stands behind a name in place of the name.
    pub signature: String,
    /// Why it cannot be called, if it cannot.
    pub refused: Option<String>,
}

/// Description by a typed module of one of its tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskInfo {
    /// The name tasks call it by.
    pub name: String,
    /// Its version, free text.
    pub version: String,
    /// One line for people.
    pub summary: String,
    /// Encoding of its input and output.
    pub encoding: TaskEncoding,
    /// A JSON Schema for its input.
    pub input_schema: Option<String>,
    /// A JSON Schema for its output.
    pub output_schema: Option<String>,
    /// Grants it wishes for.
    pub wishes: Vec<CapabilityWish>,
}

/// Encoding of a typed task's input and output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskEncoding {
    /// One JSON value.
    Json,
    /// One MessagePack value.
    MessagePack,
    /// Bytes as they are.
    Raw,
}

impl TaskEncoding {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::MessagePack => "message-pack",
            Self::Raw => "raw",
        }
    }
}

/// A capability a task would like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapabilityWish {
    /// An environment variable.
    Env(String),
    /// A directory to read.
    ReadDir(String),
    /// A directory to write.
    WriteDir(String),
}
