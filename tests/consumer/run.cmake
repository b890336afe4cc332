# Plays the stranger who uses retold: installs it, moves what was installed elsewhere, builds a program in C++ and one in C
# against it and runs them.
#
#   cmake -DMODE=package|pkgconfig|subdirectory -DSOURCE=… -DBUILD=… -DCONFIG=… -DWORK=… -DGENERATOR=… -DCXX=… -DCC=…
#         -DNM=… -DLIBDIR=lib -DSHARED=ON|OFF -P run.cmake
#
# package and pkgconfig take the library as it was built. subdirectory builds a shared one as a part of the stranger's project,
# and goes on to install that and to use it in the two other ways: so both kinds are used in all of them, and built once each.
cmake_minimum_required(VERSION 3.24)
set(here "${CMAKE_CURRENT_LIST_DIR}")
set(prefix "${WORK}/moved prefix")
find_program(pkg_config pkg-config)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${failed}:\n${said}")
  endif()
endfunction()

# Installs under one name and goes on under another: nothing installed may remember where it was.
function(install_and_move build config)
  run("${CMAKE_COMMAND}" --install "${build}" --config "${config}" --prefix "${WORK}/first prefix")
  file(RENAME "${WORK}/first prefix" "${prefix}")
  foreach(file include/retold.h include/retold/retold.hpp ${LIBDIR}/pkgconfig/retold.pc ${LIBDIR}/cmake/retold/retoldConfig.cmake)
    if(NOT EXISTS "${prefix}/${file}")
      message(FATAL_ERROR "not installed: ${file}")
    endif()
  endforeach()
endfunction()

function(check folder)
  execute_process(COMMAND "${folder}/consumer" "${SOURCE}/samples/news" OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  if(NOT said MATCHES "^retold [0-9]+\\.[0-9]+\\.[0-9]+\n.+")
    message(FATAL_ERROR "unexpected output:\n${said}")
  endif()
  execute_process(COMMAND "${folder}/consumer_c" OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  if(NOT said STREQUAL "the second is a copy of the first\n")
    message(FATAL_ERROR "unexpected output in C:\n${said}")
  endif()
endfunction()

function(by_cmake folder)
  run("${CMAKE_COMMAND}" -S "${here}" -B "${folder}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_C_COMPILER=${CC}"
      ${ARGN})
  run("${CMAKE_COMMAND}" --build "${folder}")
  check("${folder}")
endfunction()

function(compile_by_pkgconfig program source compiler standard)
  execute_process(COMMAND ${pkg_config} ${ARGN} --cflags --libs retold OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  run("${compiler}" -std=${standard} "${here}/${source}" -o "${program}" ${flags} "-Wl,-rpath,${prefix}/${LIBDIR}")
endfunction()

function(by_pkgconfig folder shared)
  set(ENV{PKG_CONFIG_PATH} "${prefix}/${LIBDIR}/pkgconfig")
  file(MAKE_DIRECTORY "${folder}")
  compile_by_pkgconfig("${folder}/consumer" main.cpp "${CXX}" c++20)
  if(shared)
    compile_by_pkgconfig("${folder}/consumer_c" main.c "${CC}" c99)
  else()
    compile_by_pkgconfig("${folder}/consumer_c" main.c "${CC}" c99 --static)
  endif()
  check("${folder}")
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
if(MODE STREQUAL package)
  install_and_move("${BUILD}" "${CONFIG}")
  by_cmake("${WORK}/build" "-DCMAKE_PREFIX_PATH=${prefix}")
elseif(MODE STREQUAL subdirectory)
  set(type None)  # soon built
  if(DEFINED ENV{CMAKE_CXX_COMPILER_LAUNCHER})
    set(type ${CONFIG})  # sooner taken from a cache, where it lies from the build
  endif()
  by_cmake("${WORK}/build" "-DRETOLD_SOURCE=${SOURCE}" -DCMAKE_BUILD_TYPE=${type} -DBUILD_SHARED_LIBS=ON -DRETOLD_CLI=OFF
           -DRETOLD_INSTALL=ON)
  run("${CMAKE_COMMAND}" -DLIBRARY=${WORK}/build/retold/libretold.so -DINCLUDE=${SOURCE}/include -DNM=${NM}
      -P "${here}/exports.cmake")
  install_and_move("${WORK}/build" ${type})
  by_cmake("${WORK}/package" "-DCMAKE_PREFIX_PATH=${prefix}")
  if(pkg_config)
    by_pkgconfig("${WORK}/pkgconfig" ON)
  endif()
elseif(NOT pkg_config)
  message("skipped: no pkg-config")
  return()
else()
  install_and_move("${BUILD}" "${CONFIG}")
  by_pkgconfig("${WORK}/build" ${SHARED})
endif()
file(REMOVE_RECURSE "${WORK}")
message("consumer: ${MODE} works")
