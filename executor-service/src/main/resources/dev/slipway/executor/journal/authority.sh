# Prints the files of an authority, each behind a line with its name and length. Reads a line with the folder, and one with
# the files' names. Nothing is written.
IFS= read -r folder || exit 1
IFS= read -r files || exit 1
cd "$folder" 2>/dev/null || { echo "=missing $folder"; exit 0; }
for file in $files; do
    if [ -f "$file" ] && [ -r "$file" ]; then
        echo "=file $file $(($(wc -c < "$file")))"
        cat "$file"
    else
        echo "=missing $file"
    fi
done
echo =end
