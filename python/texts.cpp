// SPDX-License-Identifier: Apache-2.0
#include "texts.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

namespace nb = nanobind;

// The Arrow C data and stream interfaces, as https://arrow.apache.org/docs/format/CDataInterface.html lays them out.
struct ArrowSchema {
  const char *format, *name, *metadata;
  std::int64_t flags, n_children;
  ArrowSchema **children, *dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length, null_count, offset, n_buffers, n_children;
  const void** buffers;
  ArrowArray **children, *dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema*);
  int (*get_next)(ArrowArrayStream*, ArrowArray*);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};

namespace retold::python {
namespace {

bool is_there(const ArrowArray& in, std::int64_t at) {
  const auto* bits = static_cast<const std::uint8_t*>(in.buffers[0]);
  return bits == nullptr || (bits[at / 8] >> (at % 8) & 1) != 0;
}

// "u", "z" (32-bit offsets), "U", "Z" (64-bit).
template <class Offset>
void add_offsets(const ArrowArray& in, std::vector<std::string_view>& to) {
  const auto* ends = static_cast<const Offset*>(in.buffers[1]);
  const auto* bytes = static_cast<const char*>(in.buffers[2]);
  for (std::int64_t i = in.offset; i < in.offset + in.length; ++i)
    is_there(in, i) ? to.emplace_back(bytes + ends[i], static_cast<std::size_t>(ends[i + 1] - ends[i])) : to.emplace_back();
}

// "vu", "vz": 16 bytes each; up to 12 bytes of text stand in them, longer ones in one of the data buffers.
void add_string_views(const ArrowArray& in, std::vector<std::string_view>& to) {
  struct view {
    std::int32_t size;
    char prefix[4];
    std::int32_t buffer, offset;
  };
  constexpr std::int32_t longest_inside = 12;
  const auto* views = static_cast<const view*>(in.buffers[1]);
  for (std::int64_t i = in.offset; i < in.offset + in.length; ++i) {
    const view& v = views[i];
    if (!is_there(in, i)) {  // what stands there then means nothing
      to.emplace_back();
      continue;
    }
    const char* const inside = reinterpret_cast<const char*>(&v) + offsetof(view, prefix);
    const char* const text = v.size <= longest_inside ? inside : static_cast<const char*>(in.buffers[2 + v.buffer]) + v.offset;
    to.emplace_back(text, static_cast<std::size_t>(v.size));
  }
}

// Arrow's letters for a type; `values` of a column of categories, whose own are those of the places.
struct column_type {
  std::string format, values;
};

// A column without any text is one of numbers to pandas.
bool all_missing(const std::string& format, const ArrowArray& in) {
  if (format == "n") return true;
  if (format != "e" && format != "f" && format != "g") return false;
  for (std::int64_t i = in.offset; i < in.offset + in.length; ++i)
    if (is_there(in, i)) return false;
  return true;
}

std::string kind_of(const std::string& format) {
  if (format.size() == 1 && std::string_view("cCsSiIlLefg").find(format[0]) != std::string_view::npos) return "numbers";
  const char first = format.empty() ? ' ' : format[0];
  return first == 't' ? "times" : first == '+' ? "lists or structs" : first == 'b' ? "booleans" : "another type";
}

void add_column(const std::string& format, const ArrowArray& in, std::vector<std::string_view>& to) {
  if (format == "u" || format == "z") return add_offsets<std::int32_t>(in, to);
  if (format == "U" || format == "Z") return add_offsets<std::int64_t>(in, to);
  if (format == "vu" || format == "vz") return add_string_views(in, to);
  if (all_missing(format, in)) return to.resize(to.size() + static_cast<std::size_t>(in.length));
  throw nb::type_error(("a column of texts is wanted, not one of " + kind_of(format)).c_str());
}

template <class Index>
void add_chosen(const ArrowArray& in, const std::vector<std::string_view>& values, std::vector<std::string_view>& to) {
  const auto* places = static_cast<const Index*>(in.buffers[1]);
  for (std::int64_t i = in.offset; i < in.offset + in.length; ++i)
    to.push_back(is_there(in, i) ? values.at(static_cast<std::size_t>(places[i])) : std::string_view());
}

// Categories: places in a column of their own.
void add_dictionary(const column_type& type, const ArrowArray& in, std::vector<std::string_view>& to) {
  std::vector<std::string_view> values;
  add_column(type.values, *in.dictionary, values);
  switch (type.format.front()) {
    case 'c':
      return add_chosen<std::int8_t>(in, values, to);
    case 'C':
      return add_chosen<std::uint8_t>(in, values, to);
    case 's':
      return add_chosen<std::int16_t>(in, values, to);
    case 'S':
      return add_chosen<std::uint16_t>(in, values, to);
    case 'i':
      return add_chosen<std::int32_t>(in, values, to);
    case 'I':
      return add_chosen<std::uint32_t>(in, values, to);
    default:  // "l", "L": there are no others
      return add_chosen<std::uint64_t>(in, values, to);
  }
}

// None, or what pandas has for it: NaN, NA, NaT.
bool is_missing(nb::handle text) {
  if (text.is_none() || (PyFloat_Check(text.ptr()) && std::isnan(PyFloat_AsDouble(text.ptr())))) return true;
  const nb::str type = nb::inst_name(text);
  const std::string_view name = type.c_str();
  return name.ends_with(".NAType") || name.ends_with(".NaTType");
}

}  // namespace

std::string_view view_of(nb::handle text) {
  Py_ssize_t size = 0;
  if (PyUnicode_Check(text.ptr())) {
    const char* utf8 = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
    if (utf8 == nullptr) throw nb::python_error();  // a lone surrogate
    return {utf8, static_cast<std::size_t>(size)};
  }
  if (!PyBytes_Check(text.ptr())) {
    if (is_missing(text)) return {};
    throw nb::type_error("a text is str or bytes");
  }
  char* bytes = nullptr;
  if (PyBytes_AsStringAndSize(text.ptr(), &bytes, &size) != 0) throw nb::python_error();
  return {bytes, static_cast<std::size_t>(size)};
}

texts::texts(nb::handle from) {
  if (PyUnicode_Check(from.ptr()) || PyBytes_Check(from.ptr()))
    throw nb::type_error("many texts are wanted, not one: a list of str, or a column");
  if (nb::hasattr(from, "__arrow_c_stream__")) {
    add_stream(from.attr("__arrow_c_stream__")());
  } else if (nb::hasattr(from, "__arrow_c_array__")) {
    const nb::object chunked = nb::module_::import_("pyarrow").attr("chunked_array")(nb::make_tuple(from));
    add_stream(chunked.attr("__arrow_c_stream__")());
  } else {
    add_sequence(from);
  }
}

void texts::add_sequence(nb::handle from) {
  const nb::object list = nb::steal(PySequence_Fast(from.ptr(), "texts are a list of str or bytes, or a column"));
  if (!list.is_valid()) throw nb::python_error();
  held_.push_back(list);
  views_.reserve(static_cast<std::size_t>(nb::len(list)));
  for (nb::handle text : list) {
    held_.push_back(nb::borrow(text));
    const bool later = wide_.take(text, views_.size());
    views_.push_back(later ? std::string_view() : view_of(text));
  }
  wide_.encode(views_);
}

void texts::add_stream(nb::handle capsule) {
  held_.push_back(nb::borrow(capsule));
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), "arrow_array_stream"));
  if (stream == nullptr) throw nb::python_error();
  const auto check = [&](int failed) {
    if (failed == 0) return;
    const char* why = stream->get_last_error(stream);
    throw nb::value_error(why == nullptr ? "an Arrow stream that cannot be read" : why);
  };
  ArrowSchema schema{};
  check(stream->get_schema(stream, &schema));
  const column_type type{schema.format, schema.dictionary == nullptr ? "" : schema.dictionary->format};
  schema.release(&schema);
  for (;;) {
    const std::shared_ptr<ArrowArray> chunk(new ArrowArray{}, [](ArrowArray* done) {
      if (done->release != nullptr) done->release(done);
      delete done;
    });
    check(stream->get_next(stream, chunk.get()));
    if (chunk->release == nullptr) return;
    type.values.empty() ? add_column(type.format, *chunk, views_) : add_dictionary(type, *chunk, views_);
    chunks_.push_back(chunk);
  }
}

}  // namespace retold::python
