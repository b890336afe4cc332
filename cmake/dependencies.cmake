# What the library stands on. The build includes this file, and so does the installed package of a static library: the
# targets are made afresh from what the using machine has, so no path of the building machine is exported.
#
# Sets retold_missing to what was not found; empty when all is there.

set(retold_missing "")

macro(retold_find_package name)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    list(APPEND retold_missing ${name})
  endif()
endmacro()

# Libraries whose own CMake packages differ between distributions, or do not exist: header and library are all we need.
macro(retold_find_library name header)
  if(NOT TARGET retold::${name})
    find_path(retold_${name}_include ${header})
    find_library(retold_${name}_library ${name})
    mark_as_advanced(retold_${name}_include retold_${name}_library)
    if(retold_${name}_include AND retold_${name}_library)
      add_library(retold::${name} UNKNOWN IMPORTED GLOBAL)
      set_target_properties(retold::${name} PROPERTIES
                            IMPORTED_LOCATION "${retold_${name}_library}"
                            INTERFACE_INCLUDE_DIRECTORIES "${retold_${name}_include}")
    else()
      list(APPEND retold_missing ${name})
    endif()
  endif()
endmacro()

retold_find_package(ICU COMPONENTS uc)
retold_find_package(simdjson)
retold_find_package(ZLIB)
retold_find_package(Threads)
retold_find_library(xxhash xxhash.h)
retold_find_library(zstd zstd.h)
retold_find_library(rocksdb rocksdb/db.h)
retold_find_library(gumbo gumbo.h)
