# Compiles text files into the library: each FILE becomes `extern const std::string_view VARIABLE` in namespace
# retold::rendering. A changed file is embedded anew by the next build.
#
#   retold_embed(retold src/report.css page_style)
function(retold_embed target file variable)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} content)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded/${variable}.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT [=[
// Generated from @file@ by cmake/embed.cmake.
#include <string_view>

namespace retold::rendering {
extern const std::string_view @variable@;
const std::string_view @variable@ = R"embedded(@content@)embedded";
}  // namespace retold::rendering
]=])
  target_sources(${target} PRIVATE ${generated})
endfunction()
