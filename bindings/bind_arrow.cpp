// Tables through the Arrow C stream interface (https://arrow.apache.org/docs/format/CStreamInterface.html), hand-built so
// that no Arrow library is needed: the three structs below are the interface's own, laid down for good.
#include "bind.hpp"

#include <cerrno>
#include <cstring>
#include <memory>

extern "C" {
struct ArrowSchema {
    const char* format;
    const char* name;
    const char* metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema** children;
    struct ArrowSchema* dictionary;
    void (*release)(struct ArrowSchema*);
    void* private_data;
};
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void** buffers;
    struct ArrowArray** children;
    struct ArrowArray* dictionary;
    void (*release)(struct ArrowArray*);
    void* private_data;
};
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
    int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
    const char* (*get_last_error)(struct ArrowArrayStream*);
    void (*release)(struct ArrowArrayStream*);
    void* private_data;
};
}

namespace {

constexpr std::int64_t kNullable = 2;  // ARROW_FLAG_NULLABLE

/// One column as bytes: validity bits (empty: no nulls), then the buffers its format asks for.
struct Packed {
    std::string name;
    std::string format;
    std::int64_t nulls = 0;
    std::vector<std::string> buffers;
};
struct PackedTable {
    std::vector<Packed> columns;
    std::int64_t rows = 0;
};
using Shared = std::shared_ptr<const PackedTable>;

// What a struct of the interface owns: its children, its list of buffers, and a share in the bytes behind them.
struct SchemaParts {
    Shared table;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema*> pointers;
};
struct ArrayParts {
    Shared table;
    std::vector<const void*> buffers;
    std::vector<ArrowArray> children;
    std::vector<ArrowArray*> pointers;
};
struct StreamParts {
    Shared table;
    bool done = false;
};

// A consumer may move a child out, which leaves its release empty: only the others are released here.
template <class Struct, class Parts>
void release(Struct* self) {
    const std::unique_ptr<Parts> parts(static_cast<Parts*>(self->private_data));
    for (Struct& child : parts->children) {
        if (child.release != nullptr) child.release(&child);
    }
    self->release = nullptr;
}

void fill(ArrowSchema& out, const char* format, const char* name, std::int64_t flags,
          std::unique_ptr<SchemaParts> parts) {
    for (ArrowSchema& child : parts->children) parts->pointers.push_back(&child);
    out = {.format = format,
           .name = name,
           .metadata = nullptr,
           .flags = flags,
           .n_children = static_cast<std::int64_t>(parts->children.size()),
           .children = parts->pointers.data(),
           .dictionary = nullptr,
           .release = &release<ArrowSchema, SchemaParts>,
           .private_data = nullptr};
    out.private_data = parts.release();
}

void fill(ArrowArray& out, std::int64_t rows, std::int64_t nulls, std::unique_ptr<ArrayParts> parts) {
    for (ArrowArray& child : parts->children) parts->pointers.push_back(&child);
    out = {.length = rows,
           .null_count = nulls,
           .offset = 0,
           .n_buffers = static_cast<std::int64_t>(parts->buffers.size()),
           .n_children = static_cast<std::int64_t>(parts->children.size()),
           .buffers = parts->buffers.data(),
           .children = parts->pointers.data(),
           .dictionary = nullptr,
           .release = &release<ArrowArray, ArrayParts>,
           .private_data = nullptr};
    out.private_data = parts.release();
}

template <class Parts>
std::unique_ptr<Parts> parts_of(const Shared& table, std::size_t children) {
    auto parts = std::make_unique<Parts>();
    parts->table = table;
    parts->children.resize(children);
    return parts;
}

// Streams come in by the interface's own signatures, const or not.
// NOLINTBEGIN(misc-const-correctness)
int get_schema(ArrowArrayStream* stream, ArrowSchema* out) try {
    const Shared& table = static_cast<StreamParts*>(stream->private_data)->table;
    auto parts = parts_of<SchemaParts>(table, table->columns.size());
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
        const Packed& column = table->columns[i];
        fill(parts->children[i], column.format.c_str(), column.name.c_str(), kNullable,
             parts_of<SchemaParts>(table, 0));
    }
    fill(*out, "+s", "", 0, std::move(parts));
    return 0;
} catch (const std::bad_alloc&) {
    return ENOMEM;
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) try {
    auto* state = static_cast<StreamParts*>(stream->private_data);
    if (state->done) {
        *out = {};  // a released array says that the stream has ended
        return 0;
    }
    const Shared& table = state->table;
    auto parts = parts_of<ArrayParts>(table, table->columns.size());
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
        const Packed& column = table->columns[i];
        auto own = parts_of<ArrayParts>(table, 0);
        for (std::size_t b = 0; b < column.buffers.size(); ++b) {
            const bool absent = b == 0 && column.nulls == 0;
            own->buffers.push_back(absent ? nullptr : column.buffers[b].data());
        }
        fill(parts->children[i], table->rows, column.nulls, std::move(own));
    }
    parts->buffers.push_back(nullptr);
    fill(*out, table->rows, 0, std::move(parts));
    state->done = true;
    return 0;
} catch (const std::bad_alloc&) {
    return ENOMEM;
}
// NOLINTEND(misc-const-correctness)

const char* get_last_error(ArrowArrayStream*) { return nullptr; }

void release_stream(ArrowArrayStream* stream) {
    const std::unique_ptr<StreamParts> parts(static_cast<StreamParts*>(stream->private_data));
    stream->release = nullptr;
}

void drop_capsule(PyObject* capsule) {
    const std::unique_ptr<ArrowArrayStream> stream(
        static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream")));
    if (stream->release != nullptr) stream->release(stream.get());
}

using Column = std::tuple<std::string, std::string, std::int64_t, std::vector<py::bytes>>;

py::capsule arrow_stream(const std::vector<Column>& columns, std::int64_t rows) {
    auto table = std::make_shared<PackedTable>();
    table->rows = rows;
    for (const auto& [name, format, nulls, buffers] : columns) {
        Packed packed{.name = name, .format = format, .nulls = nulls, .buffers = {}};
        for (const py::bytes& buffer : buffers) packed.buffers.emplace_back(std::string_view(buffer));
        table->columns.push_back(std::move(packed));
    }
    auto state = std::make_unique<StreamParts>();
    state->table = std::move(table);
    auto stream = std::make_unique<ArrowArrayStream>(
        ArrowArrayStream{&get_schema, &get_next, &get_last_error, &release_stream, nullptr});
    PyObject* capsule = PyCapsule_New(stream.get(), "arrow_array_stream", &drop_capsule);
    if (capsule == nullptr) throw py::error_already_set();
    stream.release()->private_data = state.release();
    return py::reinterpret_steal<py::capsule>(capsule);
}

/// Formats a consumer asks for, by column.
std::map<std::string, std::string> requested_formats(const py::object& schema) {
    const auto* asked = static_cast<const ArrowSchema*>(PyCapsule_GetPointer(schema.ptr(), "arrow_schema"));
    if (asked == nullptr) throw py::error_already_set();
    std::map<std::string, std::string> formats;
    for (std::int64_t i = 0; i < asked->n_children; ++i) {
        const ArrowSchema& child = *asked->children[i];
        if (child.name != nullptr && child.format != nullptr) formats[child.name] = child.format;
    }
    return formats;
}

}  // namespace

void bind_arrow(py::module_& m) {
    m.def("arrow_stream", &arrow_stream, py::arg("columns"), py::arg("rows"),
          "A PyCapsule 'arrow_array_stream' of one batch; columns are (name, format, nulls, buffers).");
    m.def("requested_formats", &requested_formats, py::arg("schema"),
          "Formats by column of a PyCapsule 'arrow_schema'.");
}
