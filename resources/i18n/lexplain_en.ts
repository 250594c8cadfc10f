<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>JobMessages</name>
        <message numerus="yes">
            <source>%n jobs were waiting when the window was closed.</source>
            <translation>
                <numerusform>%n job was waiting when the window was closed.</numerusform>
                <numerusform>%n jobs were waiting when the window was closed.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>JobStrip</name>
        <message numerus="yes">
            <source>%n waiting</source>
            <translation>
                <numerusform>%n waiting</numerusform>
                <numerusform>%n waiting</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SourcesDialog</name>
        <message numerus="yes">
            <source>%n models, {size}</source>
            <translation>
                <numerusform>%n model, {size}</numerusform>
                <numerusform>%n models, {size}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>StatusBar</name>
        <message numerus="yes">
            <source>%n threads</source>
            <translation>
                <numerusform>%n thread</numerusform>
                <numerusform>%n threads</numerusform>
            </translation>
        </message>
    </context>
</TS>
