# Writes a C file that holds the files of a folder, so that the program has them wherever it runs.
# usage: cmake -D FOLDER=cli/skeleton -D OUT=skeleton.c -D HEADER=skeleton.h -D TYPE=cli_skeleton_file -D NAME=cli_skeleton -P tools/embed.cmake
# The array NAME of TYPE {path, text, n} (declared in HEADER) has an entry a file, in order of path, and ends with an empty one. CMake alone: bytes are read
# as hex digits, so that no byte needs quoting.
file(GLOB_RECURSE paths RELATIVE ${FOLDER} ${FOLDER}/*.yml ${FOLDER}/*.csv ${FOLDER}/*.md ${FOLDER}/*.html ${FOLDER}/*.js ${FOLDER}/*.css ${FOLDER}/*.svg)
list(SORT paths)
set(arrays "")
set(entries "")
set(k 0)
foreach(path IN LISTS paths)
  file(READ ${FOLDER}/${path} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND arrays "static const unsigned char file_${k}[] = {\n${hex}0};\n")
  string(APPEND entries "    {\"${path}\", (const char *)file_${k}, sizeof file_${k} - 1},\n")
  math(EXPR k "${k} + 1")
endforeach()
file(WRITE ${OUT} "/* Written by tools/embed.cmake. */\n#include \"${HEADER}\"\n\n${arrays}\n"
    "const ${TYPE} ${NAME}[] = {\n${entries}    {0}};\n")
